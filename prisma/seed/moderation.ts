/** Seed of the comments and of how they are divided. */
export const COMMENT_SEED = 4;

/** The content-moderation classifier of the article, up to where training begins: what its project is made of. */
export const moderationSeed = {
  project: {
    name: '评论审核 / Comment moderation',
    goal: {
      zh: '在读者看到之前，找出辱骂、威胁与广告评论。',
      en: 'Find insults, threats and advertising among comments before anybody reads them.',
    },
    problemType: 'text-classification',
  },
  dataSources: {
    zh: '为本示例编写的评论，不含真实用户的内容。',
    en: 'Comments written for this example; nothing of real people.',
  },
  dataset: {
    datasetName: { zh: '示例评论', en: 'Example comments' },
    source: {
      zh: '由模板按种子生成（prisma/seed/moderation-comments.ts），供演示数据准备之用。',
      en: 'Made from templates by a seed (prisma/seed/moderation-comments.ts), to show how data is prepared.',
    },
    licence: 'CC0 1.0, written for Greenlight',
    notes: {
      zh: '故意含有重复、近似重复以及虚构的邮箱，供清洗时发现。由模板生成，分数不代表真实评论上的表现。',
      en: 'Holds repetitions, near-repetitions and made-up e-mail addresses on purpose, for cleaning to find. It is made from templates, so scores on it say nothing about real comments.',
    },
    seed: COMMENT_SEED,
  },
  comments: 360,
  candidates: ['logistic-tf-idf', 'fasttext', 'encoder-classifier', 'bert-base'],
} as const;
