import { both, must, should, type ScenarioDefinition } from './scenario.ts';

/** Models whose answers decide about people, money, health and places. */
export const SOCIETY_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    scenario: 'finance',
    title: both('Finance', '金融风控'),
    description: both(
      'Rates the risk of a loan or a payment for a person who decides.',
      '评估贷款或支付的风险，供人决策。',
    ),
    problemType: 'other',
    users: both('Risk officers, and applicants who may ask for the reason.', '风控人员，以及有权询问理由的申请人。'),
    personalData: true,
    regulations: ['financial-supervision', 'personal-information-protection-law', 'data-security-law'],
    criteria: [
      must(
        'auc-macro',
        0.8,
        5000,
        both(
          'Good scorecards reach 0.75 to 0.8; below, a simpler and more explainable one is the better choice.',
          '优秀的评分卡可达 0.75 至 0.8；达不到时，更简单、更可解释的评分卡更合适。',
        ),
      ),
      must(
        'calibration-error',
        0.02,
        5000,
        both('Interest and reserves are computed from the stated probability.', '利率与拨备按给出的概率计算。'),
      ),
      must(
        'slice-gap',
        0.05,
        1000,
        both(
          'Unequal treatment of sexes must be seen and explained, or removed.',
          '对不同性别的差别对待必须被发现并解释，否则应消除。',
        ),
        { slice: 'sex' },
      ),
      must(
        'drift-psi',
        0.1,
        1000,
        both(
          'The usual supervisory line: above 0.1 the population is no longer the one that was validated.',
          '监管常用界线：大于 0.1 说明客群已不同于验证时。',
        ),
      ),
      should(
        'recall-macro',
        0.7,
        2000,
        both(
          'Defaults are rare; a model that finds fewer than two in three saves little.',
          '违约较少；找出不足三分之二的模型价值有限。',
        ),
      ),
    ],
    risks: [
      both('A postcode or a name stands in for origin.', '邮编或姓名变相成为出身的代理变量。'),
      both(
        'Only granted loans are in the data, so refused people are unknown.',
        '数据只有获批贷款，被拒者的表现未知。',
      ),
      both('Nobody can give the applicant a true reason.', '无法向申请人给出真实理由。'),
    ],
    questions: [
      both('Who decides in the end, and may they overrule the model?', '最终由谁决定？能否推翻模型？'),
      both('Which features must not be used, even indirectly?', '哪些特征即使间接也不得使用？'),
      both('What does a wrongly refused and a wrongly granted case cost?', '误拒与误批各自的代价是多少？'),
    ],
  },
  {
    scenario: 'diagnosis',
    title: both('Diagnosis support', '疾病诊断'),
    description: both(
      'Proposes diagnoses from notes and values for a doctor to weigh.',
      '根据病历与检验值提出诊断建议，供医生权衡。',
    ),
    problemType: 'text-classification',
    users: both('Doctors, and the patients whom they treat.', '医生及其患者。'),
    personalData: true,
    regulations: ['medical-device-rules', 'personal-information-protection-law', 'data-security-law'],
    criteria: [
      must(
        'accuracy-top5',
        0.97,
        1000,
        both(
          'The true disease stands among the five proposed, so that the doctor thinks of it.',
          '真实疾病在给出的五项之中，医生才会考虑到它。',
        ),
      ),
      must(
        'recall-macro',
        0.85,
        2000,
        both(
          'Rare diseases count as much as frequent ones: they are the ones that are overlooked.',
          '罕见病与常见病同等重要：被忽略的往往正是它们。',
        ),
      ),
      must(
        'auc-confidence',
        0.85,
        1000,
        both(
          'It must be less sure where it is wrong, or it misleads exactly when it matters.',
          '错的时候应当更没把握，否则会在最关键处误导。',
        ),
      ),
      must(
        'slice-gap',
        0.05,
        500,
        both('Old and young patients are served equally well.', '年长与年轻患者应当得到同样好的结果。'),
        { slice: 'age-group' },
      ),
      should(
        'calibration-error',
        0.04,
        1000,
        both('A doctor weighs “70 %” against other findings.', '医生会把“70%”与其他发现放在一起权衡。'),
      ),
    ],
    risks: [
      both('The first proposal fixes the doctor’s thinking.', '第一条建议限制了医生的思路。'),
      both('The notes hold the diagnosis already, so the test is too easy.', '病历中已写明诊断，使测试过于容易。'),
      both('Used by patients without a doctor.', '患者在没有医生的情况下自行使用。'),
    ],
    questions: [
      both(
        'At which moment of the visit would a proposal help, and when would it disturb?',
        '在就诊的哪个时刻建议有帮助？何时会造成干扰？',
      ),
      both('Which diagnosis must never be missed?', '哪些诊断绝不能漏？'),
      both('How is a proposal documented that was not followed?', '未被采纳的建议如何记录？'),
    ],
  },
  {
    scenario: 'environment',
    title: both('Environment', '环境监测'),
    description: both(
      'Predicts air or water quality from sensors and weather, for warnings.',
      '依据传感器与气象预测空气或水质，用于预警。',
    ),
    problemType: 'other',
    users: both(
      'Authorities who warn, and people who plan their day by it.',
      '发布预警的部门，以及据此安排生活的公众。',
    ),
    personalData: false,
    regulations: ['data-security-law'],
    criteria: [
      must(
        'mean-absolute-error',
        12,
        1000,
        both(
          'In µg/m³ of PM2.5 a day ahead: twelve is about a third of a class of the air quality index. Put your own unit here.',
          '以提前一天的 PM2.5（µg/m³）计：12 约为空气质量等级跨度的三分之一。请按自己的单位调整。',
        ),
      ),
      must(
        'r-squared',
        0.7,
        1000,
        both(
          'It must explain clearly more than “tomorrow like today”, which explains about half.',
          '应当明显优于“明天与今天相同”，后者约解释一半。',
        ),
      ),
      must(
        'recall-macro',
        0.85,
        300,
        both(
          'Of the days with a warning: who is not warned goes outside.',
          '就预警日而言：没有收到预警的人会照常外出。',
        ),
        { slice: 'warning-days' },
      ),
      should(
        'slice-gap',
        3,
        500,
        both(
          'In µg/m³: poorer districts have fewer sensors and must not be served worse.',
          '以 µg/m³ 计：传感器较少的地区不应得到更差的预报。',
        ),
        { slice: 'district' },
      ),
      should(
        'training-energy-kwh',
        50,
        0,
        both('A model for the environment accounts for its own energy.', '服务于环境的模型应当核算自身能耗。'),
      ),
    ],
    risks: [
      both('Sensors drift, freeze or are moved.', '传感器漂移、卡值或被移动。'),
      both('Fires and accidents that no history holds.', '历史上没有的火灾与事故。'),
      both('Missing warnings are noticed only afterwards.', '漏报往往事后才被发现。'),
    ],
    questions: [
      both(
        'From which value on, and how long before, is a warning worth something?',
        '超过多少、提前多久的预警才有价值？',
      ),
      both('What does a warning cost that turns out wrong?', '误报一次的代价是什么？'),
      both('Which places have no sensor?', '哪些地方没有传感器？'),
    ],
  },
  {
    scenario: 'city-planning',
    title: both('City planning', '城市规划'),
    description: both(
      'Predicts traffic or land use so that planners can compare plans.',
      '预测交通或土地使用，供规划人员比较方案。',
    ),
    problemType: 'other',
    users: both(
      'Planners and councils, and those who live with the result.',
      '规划人员与决策机构，以及将生活其中的居民。',
    ),
    personalData: true,
    regulations: ['personal-information-protection-law', 'data-security-law'],
    criteria: [
      must(
        'r-squared',
        0.8,
        1000,
        both(
          'On streets and months that were held out: below this, plans cannot be told apart by the prediction.',
          '在留出的道路与月份上：低于此值时，无法用预测区分方案优劣。',
        ),
      ),
      must(
        'mean-absolute-error',
        150,
        1000,
        both(
          'In vehicles per hour: less than what one more lane carries, which is what is being decided. Put your own unit here.',
          '以每小时车辆数计：应小于增加一条车道的差别，而这正是要决策的内容。请按自己的单位调整。',
        ),
      ),
      must(
        'slice-gap',
        60,
        500,
        both(
          'In vehicles per hour: no district is planned on clearly worse numbers.',
          '以每小时车辆数计：不应有片区依据明显更差的数据做规划。',
        ),
        { slice: 'district' },
      ),
      should(
        'drift-psi',
        0.25,
        500,
        both(
          'New lines and habits change how people move; above this, plans rest on a city that is gone.',
          '新线路与新习惯会改变出行；超过此值，规划依据的已是过去的城市。',
        ),
      ),
    ],
    risks: [
      both(
        'What was neglected stays neglected, because the data says that nobody goes there.',
        '被忽视的地区继续被忽视，因为数据显示无人前往。',
      ),
      both('Movement data reveals where single people live.', '出行数据会暴露个人住所。'),
      both('A prediction is read as a decision.', '把预测当作决定。'),
    ],
    questions: [
      both('Which decision will look different depending on the result?', '哪项决策会因结果不同而不同？'),
      both(
        'Who is not in the data: children, cyclists, people without a phone?',
        '哪些人不在数据中：儿童、骑行者、没有手机的人？',
      ),
      both('How do residents see and contest the prediction?', '居民如何查看并质疑预测？'),
    ],
  },
  {
    scenario: 'other',
    title: both('Something else', '其他场景'),
    description: both(
      'Begins with the three questions that every model must answer: is it right, is it fair, is it fast enough?',
      '从每个模型都要回答的三个问题开始：准不准、公不公平、够不够快？',
    ),
    problemType: 'other',
    users: both('Say who uses the answer, and who is affected by it.', '请写明谁使用结果，以及谁会受到影响。'),
    personalData: false,
    regulations: [],
    criteria: [
      must(
        'accuracy',
        0.9,
        300,
        both(
          'A place to begin: replace it by what a wrong answer costs in your case.',
          '仅为起点：请按你的场景中答错的代价来调整。',
        ),
      ),
      should(
        'slice-gap',
        0.05,
        100,
        both(
          'Whoever is affected should be served about equally well; name the column that tells groups apart.',
          '受影响的各类人应得到相近的结果；请写明区分群体的列名。',
        ),
        { slice: 'group' },
      ),
      should(
        'latency-p95-ms',
        2000,
        200,
        both('After about two seconds people’s thoughts wander.', '约两秒之后人的注意力就会分散。'),
      ),
    ],
    risks: [both('Nobody has said yet what happens when the model is wrong.', '尚未说明模型出错时会发生什么。')],
    questions: [
      both('What do people do today, without the model?', '没有模型时，人们今天怎么做？'),
      both('What is the worst that a wrong answer can do?', '答错最坏会造成什么后果？'),
      both('How will we know after a month that it helps?', '一个月后如何知道它有帮助？'),
    ],
  },
];
