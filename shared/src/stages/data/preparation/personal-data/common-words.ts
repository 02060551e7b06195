/** Chinese words that begin like a name: a surname's character, then one or two that end a word of the language, a place or an idiom. */
export const CHINESE_WORDS: ReadonlySet<string> = new Set(
  (
    '高强 高峰 高洁 高雷 高兴 高中 高级 高度 高低 高清 高温 高速 高新 高手 高档 高考 高原 高山 高铁 高价 高大 平静 平安 平时 平常 平均 平台 平方 安静 安宁 安全 安心 安排 安装 安检 安卓 安徽 安稳 ' +
    '方便 方向 方法 方面 方案 方式 方形 方言 方才 金鑫 金额 金属 金华 金色 金牌 金融 金橘 金鱼 金钱 海洋 黄梅 黄河 黄山 黄金 黄瓜 黄色 黄昏 黄油 黄豆 康宁 康健 康乐 康复 白雪 白杨 白天 白色 白金 ' +
    '白菜 白酒 白云 白云山 白领 石磊 石英 石头 石材 石油 石家庄 温丽 温度 温泉 温州 温暖 温柔 温和 时刻 时光 时间 时代 时期 时常 时候 时尚 时机 时效 时长 时区 杨梅 杨树 文静 文雅 文件 文化 文章 文字 文本 文档 ' +
    '文明 文具 文学 文言 单飞 单子 单独 单位 单价 单号 单元 单品 单词 单身 和平 和谐 和气 和商家 应该 应用 应当 应急 应答 应付 应对 应聘 连接 连续 连忙 连云港 连带 连锁 连夜 连同 成立 成功 成熟 成长 成员 成本 成都 成品 成为 ' +
    '成交 成绩 成果 成人 常见 常常 常用 常规 常客 常年 常德 常州 常温 常识 全国 全新 全球 全部 全体 全面 全家 全程 全年 全天 全款 全身 全额 关心 关于 关注 关键 关闭 关系 关机 关税 关门 关联 关爱 ' +
    '明天 明星 明白 明明 明确 明细 明显 明年 明亮 向上 向来 向下 向前 向后 向导 向我 向他 向她 向日葵 向您 向你 华南 华东 华北 华中 华为 华丽 江南 江西 江东 江北 江苏 江边 江湖 江水 河南 海南 云南 云端 云朵 云盘 云彩 ' +
    '马上 马达 马桶 马路 马虎 马车 马甲 马克 马鞍山 马来 马力 马拉松 周年 周一 周二 周三 周四 周五 周六 周日 周末 周期 周围 周边 周到 周转 周密 任何 任意 任务 任性 任命 任职 任选 管理 管道 管家 管用 解决 解放 解释 解除 ' +
    '解答 解读 解锁 解冻 简单 简介 简直 简历 简易 简称 边缘 边框 边界 边上 师生 师傅 师范 万一 万元 万分 万能 万岁 万事 包含 包括 包裹 包装 包邮 包子 包容 包月 包间 颜色 颜值 麻烦 麻木 麻辣 麻将 毛衣 毛巾 毛病 毛笔 毛孔 毛重 毛利 毛毯 ' +
    '水果 水平 水电 水杯 水管 水泥 水分 水晶 车子 车辆 车票 车位 车牌 车间 车站 车主 车库 车型 牛奶 牛肉 牛仔 花生 花园 花费 花钱 花色 花样 鱼竿 龙虾 龙头 龙卷 雷达 雷同 雷雨 何时 何必 何况 何处 何等 何种 何以 何乐 ' +
    '张开 张贴 张力 张家 张灯 张家界 李子 李代 陈列 陈旧 陈述 陈醋 赵国 吴语 吴国 徐徐 孙子 孙女 朱红 胡子 胡同 胡乱 胡说 胡椒 胡萝卜 林业 林木 林区 林场 郭外 罗列 罗马 罗盘 郑重 郑州 梁柱 谢谢 谢意 谢绝 宋代 宋朝 宋体 唐代 唐朝 唐诗 唐突 ' +
    '许多 许可 许久 许愿 韩国 韩语 韩式 冯河 曾经 曾祖 肖像 田地 田园 田野 董事 潘多拉 袁大头 蔡国 余额 余下 余地 余款 于是 于此 杜绝 杜撰 叶子 叶片 程序 程度 程式 魏晋 苏州 苏打 苏醒 吕宋 丁香 丁字 沈阳 姚黄 傅粉 钟头 钟表 钟点 姜汤 崔嵬 ' +
    '范围 范例 范本 汪洋 陆续 陆地 陆军 戴上 戴着 夏天 夏季 夏日 夏令营 邱陵 侯爵 孟买 秦岭 秦国 阎王 尹始 段落 段子 黎明 黎巴嫩 史上 史料 史诗 陶瓷 陶醉 贺卡 贺岁 顾客 顾问 顾虑 顾及 毛毛 龚行 邵阳 钱包 钱款 钱币 钱财 严格 严重 严肃 严禁 ' +
    '赖床 武汉 武器 武术 武装 莫非 莫名 莫大 孔雀 孔子 汤圆 汤匙 汤料 施工 施行 施加 施肥 葛根 樊笼 齐全 齐备 易于 易碎 易拉罐 易用 伍佰 庞大 庞杂 倪端 聂耳 章节 章程 鲁莽 鲁迅 岳父 岳母 殷切 殷勤 申请 申报 申诉 申明 申领 申述 欧洲 欧元 欧式 ' +
    '耿直 兰花 兰州 焦点 焦虑 焦急 焦糖 左右 左边 左手 左侧 左键 柳树 柳州 甘肃 甘甜 甘愿 祝福 祝贺 祝愿 祝您 祝你 宁波 宁愿 宁可 宁静 宁夏 尚未 尚且 尚可 符合 符号 舒服 舒适 舒缓 纪念 纪录 纪律 纪要 童年 童装 童话 童车 凌晨 凌乱 毕竟 毕业 季节 ' +
    '季度 季军 裴然 霍乱 涂抹 涂料 涂层 涂改 成套 苗条 苗木 谷歌 谷物 谷雨 盛大 盛行 盛夏 曲线 曲子 曲折 路上 路线 路由 路边 路费 路口 路由器 游戏 游客 游泳 游览 辛苦 辛勤 辛辣 柴油 柴火 鲍鱼 喻体 祁连山 蒲公英 房子 房间 房东 房屋 房产 房租 房价 房贷 ' +
    '滕王 屈服 饶恕 牟利 艾滋 尤其 尤为 阳光 阳台 阳性 穆斯林 农村 农民 农业 农历 司机 司法 司令 卓越 卓见 古代 古典 古老 古迹 吉他 吉利 吉祥 吉林 项目 项链 项圈 芦笋 芦荟 麦子 麦片 麦克风 戚风 景色 景区 景点 景观 党员 党委 宫殿 宫廷 费用 费力 费时 费率 ' +
    '冷静 冷藏 冷冻 冷却 冷水 冷门 席位 席卷 卫生 卫星 卫衣 卫浴 米饭 米色 米粉 柏油 桂花 桂林 桂圆 佟年 商家 商品 商场 商城 商量 商业 商务 商店 商户 荣幸 荣誉 荣获 巫婆 仇恨 仇人 桑叶 桑拿 沙发 沙子 沙滩 沙漠 沙拉 郎中 甄别 甄选 丛林 仲裁 仲夏 敖包 池塘 池子 ' +
    '查询 查看 查找 查收 查到 查无 查明 苑区 迟到 迟迟 迟早 迟疑 东方 西门 长孙 樊城 焦作 江河 江山 安居 方兴 金玉 常来 邹城 郝然 万无 万众 万里 高楼 高端 高层 高效 高尚 平衡 平凡 石膏 石板 石榴 金币 金奖 金店 花朵 花卉 龙门 龙井 雷声 雷电'
  ).split(' '),
);

/** English words, as they are capitalised in headings, salutations and the names of things, that are no part of a person's name there. */
export const ENGLISH_WORDS: ReadonlySet<string> = new Set(
  (
    'customer support service services team hiring manager sales marketing finance human resources help desk office department staff member members user users admin ' +
    'administrator editor reader readers student students teacher parents guest guests client clients colleague colleagues friend friends everyone everybody all both sirs ' +
    'madam ladies gentlemen board committee council chair chairman president director officer partner partners supplier vendor seller buyer owner tenant landlord neighbour neighbor ' +
    'applicant candidate doctor professor valued loyal respected esteemed new old big small great little good best next last first second third other my your our their his her ' +
    'blue red green black white yellow orange purple pink silver golden grey gray brown dark light bright deep royal classic modern ultra super mini maxi pro plus premium basic standard ' +
    'winter summer spring autumn fall morning evening holiday christmas easter ' +
    'kettle jacket hose table sofa lamp desk bed shirt shoes boots dress coat hat gloves phone laptop tablet camera watch printer monitor keyboard mouse cable charger battery case bag ' +
    'backpack bottle cup mug plate knife spoon pan pot oven fridge washer dryer cleaner vacuum blender toaster heater fan filter pump drill hammer saw toy game book pen paper notebook box set kit ' +
    'pack bundle edition version series product products item items order orders invoice payment refund account delivery shipping warranty ticket report project system server data file ' +
    'files folder page form field list record table index value type class object string number code key token settings update release build error warning message email mail address contact name ' +
    'wireless electric digital smart portable outdoor indoor kitchen bathroom bedroom living dining leather cotton wooden steel glass plastic ceramic iron copper stainless ' +
    'down up out off over under again about after before north south east west central united national international global general public private local royal world'
  ).split(' '),
);

/** First names that are words as well, so that what follows them decides: "Rose Water", "Mark Complete", "Grace Note". */
export const FIRST_NAMES_THAT_ARE_WORDS: ReadonlySet<string> = new Set(
  (
    'amber amelia angel april art austin autumn bill bob carol charlotte chase chris christian crystal daisy dale dawn dean drew earl eva faith frank gene ginger grace grant ' +
    'guy hazel heather holly hope hugo iris ivy jack jasmine jordan joy june kelly kim lance leo lily lucky mark martin mason max may melody mercy miles olive oscar ' +
    'pat paris patience pearl penny rain ray rich rob robin rose rosemary ruby rusty sandy savannah sierra skip sky stella sterling sue summer sunny sydney terry tiffany ' +
    'tom tony trinity victor victoria violet virginia wade ward will willow winter'
  ).split(' '),
);

/** Frequent surnames that are no words for things, or are so seldom one after a first name that the person is meant. */
export const FREQUENT_SURNAMES: ReadonlySet<string> = new Set(
  (
    'smith johnson williams jones davis miller wilson moore taylor anderson thomas jackson harris martin thompson garcia martinez robinson clark rodriguez lewis lee walker allen hernandez ' +
    'wright lopez scott adams baker gonzalez nelson carter mitchell perez roberts turner phillips campbell parker evans edwards collins stewart sanchez morris rogers reed cook morgan ' +
    'murphy bailey rivera cooper richardson cox howard torres peterson ramirez james watson brooks kelly sanders bennett wood barnes ross henderson coleman jenkins perry powell ' +
    'patterson hughes flores washington butler simmons foster gonzales bryant russell griffin diaz hayes myers ford hamilton graham sullivan wallace woods cole owens reynolds ' +
    'fisher ellis harrison gibson mcdonald cruz marshall ortiz gomez murray freeman wells webb simpson stevens tucker hunter hicks crawford henry mason morales kennedy warren dixon ramos ' +
    'reyes burns gordon shaw holmes robertson hunt daniels palmer mills nichols grant ferguson hawkins dunn perkins hudson spencer gardner stephens payne pierce berry matthews arnold ' +
    'wagner willis watkins olson carroll duncan snyder hart cunningham bradley andrews ruiz harper riley armstrong carpenter greene lawrence elliott chavez sims austin peters kelley franklin lawson ' +
    'hopper streep lloyd fleming browning harding manning keating cushing downing golding hemingway redding spalding whiting wilding bowie benton rucker zhang wang chen liu nguyen tran kim patel singh khan'
  ).split(' '),
);

/** English words that follow one of these first names in the names of things. */
export const THINGS: ReadonlySet<string> = new Set(
  (
    'alert application bank beach bed bowl branch brown bush butter cafe cake card cast chart check club coach code coin collection complete cost costs count cover cream credit cut daily ' +
    'day days deal diamond dip down drive dust engine event face family farm field fields fire fish flat flight floor flower food form fund gear gem gift girl glass gold grade green ground group grove ' +
    'guard hair hand harbor head heart heights high hill honey horse hour house ice inn jar jelly job juice just king knob lake lamp land lane leaf leaves level light lights line lip lipstick list load loan log ' +
    'long low mail maker mall map mark mate mill mint mode money moon music name nest night note notes nut oak oil pad paint pan park path payment pearl petal petals pie pillow pine pink place plan plant play ' +
    'plaza plot point pool post powder power present price pride print quality quartz rate read ready red reef rent rice rings road rock roll room root row run salt sand sauce scale scanner school score screen sea seat ' +
    'seeds sign silk size sky soap song songs sound soup space speed spring springs square stand star state stem step stone stones storm story strip style sugar suit sun swap sweet tape tea team term ' +
    'test texas thorn tile time tip tone toner top tower town toy tracing trail tree trees trial tub tune up valley valve vase view vine volume walk wall wash watch water wave wax wear web weight well whiskey white wide wind wine ' +
    'wing wings wood woods word words work works yard year zone black blue gray grey orange purple yellow coffee salon studio gym diner spa california florida nevada england carolina dakota colorado utah ohio'
  ).split(' '),
);
