/** An error that a client can meet: one status and one sentence per language (what happened, what to do next). */
export interface ErrorEntry {
  readonly status: number;
  readonly en: string;
  readonly zh: string;
  /** After how many seconds the same request may do better. */
  readonly retryAfterSeconds?: number;
}

/** The errors of uploaded files, data versions and tokenizers. */
export const DATA_ERRORS = {
  'wrong-file-type': {
    status: 422,
    en: 'The content of the file is not what its kind says. The upload was given up and nothing of it was kept; the details say what the file is.',
    zh: '文件内容与所选类型不符。上传已放弃，未保留任何数据；详情说明了文件的实际类型。',
  },
  'wrong-offset': {
    status: 409,
    en: 'The upload goes on at another place. Nothing was changed; the details say at which byte.',
    zh: '上传应从其他位置继续，未做任何更改；详情给出了起始字节。',
  },
  'different-part': {
    status: 409,
    en: 'A part with other content is already here at this place: this is another file. Nothing was changed; upload it as a new one.',
    zh: '该位置已有内容不同的部分，说明这是另一个文件。未做任何更改；请将其作为新文件上传。',
  },
  'too-many-uploads': {
    status: 409,
    en: 'You have as many open uploads as one person may have. Finish or give up one of them, then begin the next.',
    zh: '你未完成的上传已达上限。请先完成或放弃其中一个，再开始新的上传。',
  },
  'source-incomplete': {
    status: 409,
    en: 'The file has not arrived as a whole yet. Go on with its upload first.',
    zh: '文件尚未完整上传，请先继续上传。',
  },
  'source-in-use': {
    status: 409,
    en: 'An import of this file is going on. Stop it, or wait for its end, then remove the file.',
    zh: '正在导入该文件。请先停止导入或等待其结束，再移除文件。',
  },
  'unreadable-source': {
    status: 422,
    en: 'The file cannot be read like this. It is kept as it is; the details say what is wrong, in which row and at which byte.',
    zh: '无法按此方式读取文件，文件本身已保留；详情说明了问题所在的行和字节。',
  },
  'holds-images': {
    status: 422,
    en: 'This data holds images, and what was asked for works on texts. Nothing was started; choose a version of texts.',
    zh: '该数据是图片，而此操作只适用于文本。未开始任何操作；请选择文本数据版本。',
  },
  'content-deleted': {
    status: 410,
    en: 'The content of this data version was deleted, on schedule or to erase a person; what is known of it, its hash and its origin are kept. Use another version.',
    zh: '该数据版本的内容已按期限或应个人要求删除；其元数据、哈希值和来源仍保留。请使用其他版本。',
  },
  'tokenizer-deleted': {
    status: 410,
    en: 'This tokenizer was deleted, by itself or together with the content of the data version that it was learned from; its hash is kept. Use another one, or learn one from a version that is kept.',
    zh: '该分词器已被删除，或已随其训练所用数据版本的内容一起删除；其哈希值仍保留。请使用其他分词器，或在仍保留的版本上重新训练。',
  },
  'unsupported-tokenizer': {
    status: 422,
    en: 'This tokenizer.json cannot be used as it is. Nothing was kept; the details name each key that is not read, and what would be.',
    zh: '该 tokenizer.json 无法直接使用，未保留任何内容；详情逐一列出不支持的键以及支持的取值。',
  },
  'tokenizer-of-version': {
    status: 409,
    en: 'This tokenizer was learned from a data version: it is measured there and goes with its content. Nothing was changed.',
    zh: '该分词器由某个数据版本训练得到：它在该版本上统计，并随其内容一起删除。未做任何更改。',
  },
  'other-tokenizer': {
    status: 422,
    en: 'The checkpoint was trained with another tokenizer: its weights mean nothing under these ids. Nothing was started. Choose no tokenizer, since the checkpoint brings its own, or begin with random weights.',
    zh: '该检查点是用另一个分词器训练的，其权重在这些 id 下没有意义，未开始任何操作。请不要选择分词器（检查点自带），或从随机权重开始。',
  },
} as const satisfies Record<string, ErrorEntry>;
