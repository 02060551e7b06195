import { both, must, should, type ScenarioDefinition } from './scenario.ts';

/** Models that see or draw pictures. */
export const VISION_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    scenario: 'driving-perception',
    title: both('Driving perception', '自动驾驶感知'),
    description: both(
      'Recognises road users, signs and signals in camera images for a driver-assistance function.',
      '在摄像头图像中识别交通参与者、标志与信号，供辅助驾驶功能使用。',
    ),
    problemType: 'image-classification',
    users: both(
      'The vehicle’s planning function, its safety engineers, and everybody on the road.',
      '车辆的规划功能、安全工程师以及道路上的所有人。',
    ),
    personalData: true,
    regulations: ['vehicle-safety-rules', 'data-security-law', 'personal-information-protection-law'],
    criteria: [
      must(
        'recall-macro',
        0.98,
        5000,
        both(
          'A road user who is not seen is the worst case; rare classes such as children count as much as cars. One part of a safety case, never the whole.',
          '漏检交通参与者是最坏情况；儿童等少见类别与车辆同等重要。这只是安全论证的一部分，而非全部。',
        ),
      ),
      must(
        'recall-macro',
        0.95,
        1000,
        both('Most fatal accidents with pedestrians happen in the dark.', '多数行人死亡事故发生在夜间。'),
        { slice: 'night' },
      ),
      must(
        'precision-macro',
        0.95,
        5000,
        both('Braking for what is not there causes rear-end collisions.', '对不存在的物体制动会引发追尾。'),
      ),
      must(
        'latency-p99-ms',
        50,
        10_000,
        both(
          'At 100 km/h a car drives 1.4 m in 50 ms; planning counts on it for nearly every frame.',
          '时速 100 公里时 50 毫秒行驶 1.4 米；规划模块要求几乎每一帧都做到。',
        ),
      ),
      should(
        'calibration-error',
        0.03,
        5000,
        both(
          'Fusion with radar weighs each sensor by its stated confidence.',
          '与雷达融合时，各传感器按其置信度加权。',
        ),
      ),
    ],
    risks: [
      both('Weather, glare and dirt that the training images lack.', '训练图像中没有的天气、眩光与污渍。'),
      both('Rare objects: overturned lorries, animals, people in costumes.', '罕见目标：侧翻货车、动物、穿戏服的人。'),
      both('Faces and number plates in recordings.', '录像中的人脸与车牌。'),
    ],
    questions: [
      both(
        'In which conditions (road, speed, weather, light) may the function be on?',
        '该功能允许在哪些道路、速度、天气与光照条件下启用？',
      ),
      both('What does the vehicle do when perception is unsure?', '感知没有把握时，车辆如何处理？'),
      both('Which recorded kilometres stand for the whole area of use?', '哪些里程数据能代表整个使用范围？'),
    ],
  },
  {
    scenario: 'medical-imaging',
    title: both('Medical imaging', '医学影像'),
    description: both(
      'Marks images with findings so that a radiologist reads them first; it does not replace the reading.',
      '标出疑似异常的影像供放射科医生优先阅片，不替代阅片。',
    ),
    problemType: 'image-classification',
    users: both(
      'Radiologists, and patients whose treatment depends on them.',
      '放射科医生，以及治疗取决于其判断的患者。',
    ),
    personalData: true,
    regulations: ['medical-device-rules', 'personal-information-protection-law', 'data-security-law'],
    criteria: [
      must(
        'recall-macro',
        0.95,
        1000,
        both(
          'A finding that is ranked last waits for hours. Set it with the clinic: the cost of a miss differs by disease.',
          '被排到最后的异常要等上数小时。请与临床共同确定：不同疾病漏诊的代价不同。',
        ),
      ),
      must(
        'precision-macro',
        0.8,
        1000,
        both(
          'Above one false alarm in five, readers begin to ignore the marks.',
          '误报超过五分之一，医生就会开始忽略提示。',
        ),
      ),
      must(
        'auc-macro',
        0.95,
        1000,
        both(
          'Ranking is what triage uses; each hospital sets its own working point on the curve.',
          '分诊依靠排序；各医院会在曲线上选择自己的工作点。',
        ),
      ),
      must(
        'slice-gap',
        0.03,
        500,
        both('Another scanner must not mean a worse reading.', '换一台设备不应意味着更差的判读。'),
        { slice: 'scanner' },
      ),
      should(
        'calibration-error',
        0.05,
        1000,
        both('Doctors read the stated probability as a probability.', '医生会把给出的概率当作真实概率来理解。'),
      ),
    ],
    risks: [
      both('Learns the hospital or the device instead of the disease.', '学到的是医院或设备，而不是疾病。'),
      both('Readers trust the marks and look less closely at the rest.', '医生过度依赖提示，忽视其余影像。'),
      both('Groups of patients that are rare in the data.', '数据中少见的患者群体。'),
    ],
    questions: [
      both('What happens to an image that is not marked?', '未被标记的影像会如何处理？'),
      both('Who confirmed the labels, and how often do two readers agree?', '标注由谁确认？两位医生的一致率是多少？'),
      both('Which patients and devices are missing from the data?', '数据中缺少哪些患者与设备？'),
    ],
  },
  {
    scenario: 'image-generation',
    title: both('Image generation', '图像生成'),
    description: both(
      'Draws pictures from a description for people who choose and edit them.',
      '根据描述绘制图像，由人挑选与修改。',
    ),
    problemType: 'other',
    users: both('Designers and marketers who publish under their name.', '以自己名义发布作品的设计师与市场人员。'),
    personalData: false,
    regulations: ['generative-ai-measures', 'deep-synthesis-provisions', 'copyright-law'],
    criteria: [
      must(
        'accuracy',
        0.85,
        500,
        both(
          'Share of pictures in which an independent classifier finds what was asked for; people redraw about every seventh anyway.',
          '独立分类器能在图中认出所要求内容的占比；约每七张重画一次，人们可以接受。',
        ),
      ),
      must(
        'error-rate',
        0.01,
        500,
        both(
          'Failed or refused drawings of allowed descriptions: one in a hundred is noticed, more drives people away.',
          '对合规描述绘制失败或误拒：百分之一会被察觉，再多就会流失用户。',
        ),
      ),
      must(
        'latency-p95-ms',
        15_000,
        200,
        both('People wait about a quarter of a minute before they do something else.', '人们大约愿意等待十五秒。'),
      ),
      should(
        'slice-gap',
        0.1,
        300,
        both('People of every described origin are drawn equally well.', '对各类人物的描绘质量应当一致。'),
        { slice: 'described-group' },
      ),
      should(
        'training-emissions-grams',
        500_000,
        0,
        both(
          'Fine-tuning within half a tonne of CO₂e, as reported; beyond it, think of a smaller model first.',
          '微调的碳排放控制在半吨以内并如实报告；超出时先考虑更小的模型。',
        ),
      ),
    ],
    risks: [
      both('Pictures of real people that never happened.', '伪造真实人物从未发生的场景。'),
      both('A living artist’s style or a protected character.', '模仿在世艺术家的风格或受保护的形象。'),
      both('Stereotypes where the description leaves something open.', '描述留白之处出现刻板印象。'),
    ],
    questions: [
      both(
        'Where will the pictures be published, and must they be marked as made by a model?',
        '图像将发布在哪里？是否必须标识为模型生成？',
      ),
      both('What must never be drawn?', '哪些内容绝不能生成？'),
      both('Who judges a picture, and by what?', '由谁、按什么标准评判图像？'),
    ],
  },
  {
    scenario: 'video-analysis',
    title: both('Video analysis', '视频分析'),
    description: both(
      'Finds events in video, such as smoke or a fall, and alerts a person.',
      '在视频中发现烟雾、跌倒等事件，并提醒人员处理。',
    ),
    problemType: 'image-classification',
    users: both(
      'Control-room staff who decide on each alert, and the people who are filmed.',
      '处置告警的值班人员，以及被拍摄的人。',
    ),
    personalData: true,
    regulations: ['personal-information-protection-law', 'data-security-law'],
    criteria: [
      must(
        'recall-macro',
        0.92,
        2000,
        both('The event must be found while there is still time to act.', '必须在还来得及处置时发现事件。'),
      ),
      must(
        'precision-macro',
        0.8,
        2000,
        both('Above one false alert in five, staff switch the alerts off.', '误报超过五分之一，值班人员就会关闭告警。'),
      ),
      must(
        'latency-p95-ms',
        1000,
        1000,
        both(
          'From frame to alert within a second, so that staff still see what happened.',
          '从画面到告警不超过一秒，值班人员还能看到发生了什么。',
        ),
      ),
      should(
        'slice-gap',
        0.06,
        500,
        both('Each camera must work, not the average of all.', '每一路摄像头都要可用，而不只是平均可用。'),
        { slice: 'camera' },
      ),
      should(
        'drift-psi',
        0.2,
        500,
        both(
          'Seasons and moved cameras change the picture; above this the model is no longer in the world that it was tested in.',
          '季节与机位变化会改变画面；超过此值，模型面对的已不是测试时的环境。',
        ),
      ),
    ],
    risks: [
      both('People are watched beyond the purpose that was named.', '监看范围超出所声明的目的。'),
      both('Night, rain and crowds that the training video lacks.', '训练视频中没有的夜间、雨天与人群。'),
      both('Staff stop looking because the system is supposed to.', '值班人员因为有系统而不再观察。'),
    ],
    questions: [
      both('Which events matter, and how fast must somebody act?', '哪些事件重要？需要多快处置？'),
      both('How many alerts a shift can people handle?', '每班能处理多少条告警？'),
      both('How long is video kept, and who may look at it?', '视频保存多久？谁可以查看？'),
    ],
  },
];
