import { both, must, should, type ScenarioDefinition } from './scenario.ts';

/** Models that choose what people see next. */
export const RECOMMENDATION_SCENARIOS: readonly ScenarioDefinition[] = [
  {
    scenario: 'e-commerce-recommendation',
    title: both('E-commerce recommendation', '电商推荐'),
    description: both('Chooses the few goods to show a shopper next.', '为购物者挑选接下来展示的少量商品。'),
    problemType: 'recommendation',
    users: both('Shoppers, and merchants who depend on being shown.', '购物者，以及依赖曝光的商家。'),
    personalData: true,
    regulations: ['personal-information-protection-law', 'algorithm-recommendation-provisions'],
    criteria: [
      must(
        'accuracy-top5',
        0.2,
        5000,
        both(
          'The next purchase stands among five of some thousand goods; compare with showing best-sellers, which this must beat.',
          '在数千件商品中，下一次购买出现在前五名；应与“展示热销榜”比较，必须优于它。',
        ),
      ),
      must(
        'auc-macro',
        0.75,
        5000,
        both(
          'Ordering decides what is seen at all; below this it is hardly better than popularity.',
          '排序决定什么能被看到；低于此值几乎不比按热度好。',
        ),
      ),
      must(
        'latency-p95-ms',
        150,
        1000,
        both('The page waits for it: slower pages lose sales measurably.', '页面要等它：变慢会可观测地损失销量。'),
      ),
      should(
        'slice-gap',
        0.1,
        1000,
        both('New shoppers, of whom little is known, are not left behind.', '信息很少的新用户不应被落下。'),
        { slice: 'customer-age-days' },
      ),
      should(
        'calibration-error',
        0.03,
        5000,
        both('Stock and advertising are planned with the predicted probabilities.', '备货与广告按预测概率来规划。'),
      ),
    ],
    risks: [
      both(
        'Small merchants are never shown, so nothing is learned about them.',
        '小商家得不到曝光，也就学不到关于他们的任何信息。',
      ),
      both('Clicks are optimised instead of satisfied purchases.', '优化的是点击，而不是满意的购买。'),
      both('Different prices or goods for people in the same situation.', '对处境相同的人展示不同的价格或商品。'),
    ],
    questions: [
      both(
        'What do we want more of: clicks, purchases, or purchases that are kept?',
        '我们想要更多的是点击、购买，还是不退货的购买？',
      ),
      both('Which goods must never be suggested together, or to whom?', '哪些商品绝不能一起推荐，或不能推荐给谁？'),
      both('How can a shopper see why, and switch it off?', '购物者如何了解推荐原因并关闭推荐？'),
    ],
  },
  {
    scenario: 'social-recommendation',
    title: both('Social recommendation', '社交推荐'),
    description: both('Orders posts and people in a feed.', '为信息流中的内容与人排序。'),
    problemType: 'recommendation',
    users: both('People who read and post, some of them minors.', '阅读与发布的用户，其中有未成年人。'),
    personalData: true,
    regulations: ['personal-information-protection-law', 'algorithm-recommendation-provisions', 'minors-protection'],
    criteria: [
      must(
        'auc-macro',
        0.78,
        10_000,
        both(
          'Below this, people are shown what they would skip about as often as by time alone.',
          '低于此值时，推荐效果与按时间排序相差无几。',
        ),
      ),
      must(
        'slice-gap',
        0.05,
        2000,
        both(
          'People who write in a minority language are found as well as others.',
          '使用少数语言的用户应当同样能被发现。',
        ),
        { slice: 'language' },
      ),
      must(
        'latency-p95-ms',
        200,
        1000,
        both('A feed that stalls while scrolling is closed.', '滑动卡顿的信息流会被关掉。'),
      ),
      should(
        'calibration-error',
        0.03,
        10_000,
        both('The share of unknown authors is steered by predicted interest.', '陌生作者的占比由预测兴趣来调节。'),
      ),
      should(
        'drift-jensen-shannon',
        0.1,
        1000,
        both('Topics change within days; above this, train again.', '话题几天就会变化；超过此值应重新训练。'),
      ),
    ],
    risks: [
      both('Outrage holds attention and is therefore shown more.', '引发愤怒的内容更抓眼球，因而被更多展示。'),
      both('People see only what they already think.', '用户只看到自己已有的观点。'),
      both('Strangers are introduced to minors.', '把陌生人推荐给未成年人。'),
    ],
    questions: [
      both('What would you like to see less of?', '你希望少看到什么？'),
      both(
        'How do we notice that somebody is worse off after an hour here?',
        '如何发现有人在这里待了一小时后状态变差？',
      ),
      both('Which accounts and topics are never recommended?', '哪些账号与话题绝不推荐？'),
    ],
  },
  {
    scenario: 'media-recommendation',
    title: both('Media recommendation', '媒体推荐'),
    description: both(
      'Suggests films, music or articles that fit a person and the moment.',
      '推荐符合个人与当下情境的影视、音乐或文章。',
    ),
    problemType: 'recommendation',
    users: both(
      'Viewers, listeners and readers, and those who make what they enjoy.',
      '观众、听众与读者，以及内容创作者。',
    ),
    personalData: true,
    regulations: ['personal-information-protection-law', 'algorithm-recommendation-provisions', 'copyright-law'],
    criteria: [
      must(
        'accuracy-top5',
        0.25,
        5000,
        both(
          'A quarter of what is played next stands among the five shown; editors’ lists reach about half of that. Check against your own.',
          '接下来播放的内容有四分之一在所示五项之中；编辑榜单约为其一半，请与自己的榜单核对。',
        ),
      ),
      must(
        'auc-macro',
        0.75,
        5000,
        both(
          'The order of the whole catalogue decides what small producers earn.',
          '整个片库的排序决定了小制作方的收入。',
        ),
      ),
      must(
        'latency-p95-ms',
        250,
        1000,
        both('The start page has a quarter of a second before it feels slow.', '首页超过四分之一秒就会显得慢。'),
      ),
      should(
        'slice-gap',
        0.1,
        1000,
        both('Every kind of content is suggested about as well.', '各类型内容的推荐质量应当相近。'),
        { slice: 'genre' },
      ),
      should(
        'drift-psi',
        0.2,
        1000,
        both('New releases shift tastes; above this, train again.', '新内容会改变口味；超过此值应重新训练。'),
      ),
    ],
    risks: [
      both('The same hits for everybody.', '人人都被推荐同样的热门内容。'),
      both('A child’s evening shapes a parent’s suggestions.', '孩子的观看记录影响了家长的推荐。'),
      both('Content that is not suitable for the viewer’s age.', '推荐与观众年龄不符的内容。'),
    ],
    questions: [
      both(
        'Is it a success when people find something, or when they stay longer?',
        '成功是指人们找到想看的，还是停留更久？',
      ),
      both('How much that is new should there be?', '新内容应占多大比例？'),
      both('How do rights and regions limit what may be shown?', '版权与地区如何限制可展示的内容？'),
    ],
  },
];
