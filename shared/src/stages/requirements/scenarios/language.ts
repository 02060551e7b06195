import { both, must, should, type ScenarioDefinition } from './scenario.ts';

/** Models that read and write text for people. */
export const LANGUAGE_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    scenario: 'writing-assistant',
    title: both('Writing assistant', '写作助手'),
    description: both(
      'Continues, rewrites or drafts text that a person then edits and signs.',
      '续写、改写或起草文本，由人修改并署名。',
    ),
    problemType: 'text-generation',
    users: both('Authors and editors who stay responsible for the text.', '对文本负责的作者与编辑。'),
    personalData: false,
    regulations: ['generative-ai-measures', 'copyright-law'],
    criteria: [
      must(
        'perplexity',
        40,
        1000,
        both(
          'Above about 40 on held-out text of the same kind, continuations stop reading like that kind of text.',
          '在同类留出文本上超过约 40 时，续写读起来就不再像这一类文本。',
        ),
      ),
      must(
        'memorisation',
        0.01,
        500,
        both(
          'A text copied word for word puts the author at risk of plagiarism: at most one in a hundred.',
          '逐字照搬会使作者面临抄袭风险：最多百分之一。',
        ),
      ),
      must(
        'repetition',
        0.1,
        200,
        both(
          'Beyond a tenth of repeated phrases readers notice that the text goes in circles.',
          '重复短语超过一成时，读者会察觉文本在兜圈子。',
        ),
      ),
      should(
        'distinct-2',
        0.3,
        200,
        both(
          'Below this, suggestions to different people sound alike and are no help.',
          '低于此值时，给不同人的建议千篇一律，没有帮助。',
        ),
      ),
      should(
        'first-token-latency-p95-ms',
        800,
        200,
        both(
          'A suggestion that begins within 0.8 s does not interrupt the flow of writing.',
          '建议在 0.8 秒内出现，不会打断写作思路。',
        ),
      ),
    ],
    risks: [
      both('Invented facts and sources that sound right.', '编造看似可信的事实与出处。'),
      both('Copies protected text or the style of a living author.', '照搬受版权保护的文本，或模仿在世作者的风格。'),
      both('Everybody who uses it begins to write alike.', '所有使用者的文风趋于雷同。'),
    ],
    questions: [
      both(
        'Which kinds of text do you write most, and which would you never hand over?',
        '你最常写哪类文本？哪类绝不会交给模型？',
      ),
      both('How much editing makes a suggestion worse than none?', '修改到什么程度，建议就不如没有？'),
      both('Must readers be told that a model helped?', '是否必须告知读者有模型参与？'),
    ],
  },
  {
    scenario: 'customer-service',
    title: both('Customer-service assistant', '客服机器人'),
    description: both(
      'Answers customers from the company’s own knowledge and hands over to a person where it cannot.',
      '依据企业自有知识回答客户，无法解决时转人工。',
    ),
    problemType: 'text-generation',
    users: both('Customers with a problem, and the agents who take over.', '遇到问题的客户，以及接手的人工客服。'),
    personalData: true,
    regulations: ['personal-information-protection-law', 'generative-ai-measures'],
    criteria: [
      must(
        'rouge-l',
        0.45,
        500,
        both(
          'Against approved answers; below this, agents had to rewrite more than every second reply in comparable services.',
          '与标准答案对比；低于此值时，人工客服需要改写大部分回复。请用自己的答案复核这一起点。',
        ),
      ),
      must(
        'memorisation',
        0.005,
        1000,
        both(
          'Past conversations hold names, orders and addresses: copying one to another customer is a data breach.',
          '历史对话含姓名、订单与地址：把它复述给其他客户就是数据泄露。',
        ),
      ),
      must(
        'latency-p95-ms',
        4000,
        500,
        both(
          'After about four seconds customers send the question again or ask for a person.',
          '约四秒后客户会重复提问或要求转人工。',
        ),
      ),
      must(
        'error-rate',
        0.005,
        1000,
        both(
          'The queue for people is planned for one failed reply in two hundred.',
          '人工队列按每两百次失败一次来配置。',
        ),
      ),
      should(
        'slice-gap',
        0.08,
        200,
        both(
          'Customers who write in another language or dialect must not be served clearly worse.',
          '使用其他语言或方言的客户不应得到明显更差的服务。',
        ),
        { slice: 'language' },
      ),
    ],
    risks: [
      both('Promises a refund or a term that the company must then keep.', '承诺退款或条款，企业不得不兑现。'),
      both('Reveals another customer’s data.', '泄露其他客户的数据。'),
      both('Keeps an upset customer from reaching a person.', '阻碍情绪激动的客户联系人工。'),
    ],
    questions: [
      both(
        'Which questions make up most of the load, and which cost most when answered wrongly?',
        '哪些问题占比最高？哪些答错代价最大？',
      ),
      both('When must a person take over, without exception?', '哪些情况必须无条件转人工？'),
      both('Who keeps the answers up to date when a price or rule changes?', '价格或规则变动时，由谁更新答案？'),
    ],
  },
  {
    scenario: 'tutoring',
    title: both('Tutoring', '教育辅导'),
    description: both(
      'Explains, asks back and marks exercises for learners, at their level and for their syllabus.',
      '按学习者的水平与教学大纲讲解、反问并批改练习。',
    ),
    problemType: 'text-generation',
    users: both(
      'Learners, many of them minors, with their teachers and parents.',
      '学习者（其中许多是未成年人）及其教师与家长。',
    ),
    personalData: true,
    regulations: ['minors-protection', 'personal-information-protection-law', 'generative-ai-measures'],
    criteria: [
      must(
        'accuracy',
        0.95,
        500,
        both(
          'On exercises with a known answer: a learner cannot tell the wrong one in twenty from the right ones.',
          '在有标准答案的练习上：学习者分辨不出二十次中错误的那一次。',
        ),
      ),
      must(
        'auc-confidence',
        0.8,
        300,
        both(
          'It must know when it is unsure, so that it can say so instead of teaching a mistake.',
          '模型必须知道自己何时没有把握，能如实说明，而不是把错误教给学生。',
        ),
      ),
      must(
        'slice-gap',
        0.05,
        300,
        both('No grade may be taught clearly worse than another.', '不应有某个年级得到明显更差的辅导。'),
        { slice: 'grade' },
      ),
      should(
        'memorisation',
        0.01,
        500,
        both(
          'Explanations in its own words; textbook passages copied word for word are protected.',
          '应当用自己的话讲解；逐字照搬教材受版权限制。',
        ),
      ),
      should(
        'latency-p95-ms',
        5000,
        200,
        both('Young learners turn away after about five seconds of silence.', '沉默约五秒后，低龄学习者就会分心。'),
      ),
    ],
    risks: [
      both('Teaches a mistake with confidence.', '言之凿凿地教错。'),
      both('Does the exercise instead of the learner.', '代替学习者完成练习。'),
      both(
        'Content unsuitable for minors, or too close a bond with them.',
        '出现不适合未成年人的内容，或使其过度依赖。',
      ),
    ],
    questions: [
      both('What does a good hint look like, compared with an answer?', '好的提示与直接给答案有何不同？'),
      both('Which mistakes must never be taught?', '哪些错误绝不能教？'),
      both('What may teachers and parents see of a conversation?', '教师和家长可以看到对话的哪些部分？'),
    ],
  },
  {
    scenario: 'content-moderation',
    title: both('Content moderation', '内容审核'),
    description: both(
      'Sorts posts into allowed, to be looked at by a person, and against the rules, before others see them.',
      '在他人看到之前，把内容分为合规、需人工复核与违规。',
    ),
    problemType: 'text-classification',
    users: both('Moderators, everybody who posts, and everybody who reads.', '审核员、所有发布者以及所有读者。'),
    personalData: true,
    regulations: ['personal-information-protection-law', 'minors-protection'],
    criteria: [
      must(
        'recall-macro',
        0.9,
        1000,
        both(
          'Missed abuse reaches people; rare kinds, such as threats, count as much as frequent ones.',
          '漏掉的违规内容会直接伤害用户；威胁等少见类别与常见类别同等重要。',
        ),
      ),
      must(
        'precision-macro',
        0.85,
        1000,
        both(
          'At this line about one removal in seven is wrong: it silences somebody and makes an appeal that a person must read.',
          '在此阈值下，大约每删七条就误删一条：既压制正常表达，又产生需人工处理的申诉。',
        ),
      ),
      must(
        'slice-gap',
        0.05,
        500,
        both(
          'Dialects and groups must not be removed more often for the same words.',
          '相同的言论，不应因方言或群体不同而被更多删除。',
        ),
        { slice: 'dialect' },
      ),
      must(
        'latency-p95-ms',
        300,
        1000,
        both(
          'Posts appear at once; the check must not be what people wait for.',
          '内容应即时发布，审核不能让用户等待。',
        ),
      ),
      should(
        'calibration-error',
        0.05,
        1000,
        both(
          'The share that goes to people is set by confidence, so confidence must mean what it says.',
          '送人工的比例由置信度决定，因此置信度必须可信。',
        ),
      ),
      should(
        'auc-macro',
        0.97,
        1000,
        both(
          'Leaves room to move the line per category later without training again.',
          '便于日后按类别调整界线，而无需重新训练。',
        ),
      ),
    ],
    risks: [
      both('Irony, quotes and counter-speech are taken for abuse.', '把反讽、引用与反驳误判为违规。'),
      both('People evade it with spellings, homophones and pictures of text.', '用户用变体、谐音或文字图片规避。'),
      both('Rules change faster than the model.', '规则变化快于模型。'),
    ],
    questions: [
      both(
        'Which is worse here: one post missed or one removed wrongly, and by how much?',
        '漏掉一条与误删一条，哪个更严重？严重多少？',
      ),
      both('How many posts an hour can people review?', '人工每小时能复核多少条？'),
      both('How does somebody appeal, and what do we learn from it?', '用户如何申诉？我们如何从申诉中学习？'),
    ],
  },
];
