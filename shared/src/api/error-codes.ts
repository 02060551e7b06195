import { z } from 'zod';
import { DATA_ERRORS, type ErrorEntry } from './data-errors.ts';
import type { Language } from './localized-text.ts';
import { TRAINING_ERRORS } from './training-errors.ts';

/** Every error that a client can meet: one status and one sentence per language (what happened, what to do next). */
export const ERRORS = {
  'bad-request': {
    status: 400,
    en: 'The request does not have the expected form. Nothing was changed; the details name each field.',
    zh: '请求格式不正确，未做任何更改；详情列出了每个有问题的字段。',
  },
  'not-signed-in': {
    status: 401,
    en: 'You are not signed in, or your session or token has ended. Sign in again.',
    zh: '尚未登录，或会话、令牌已失效。请重新登录。',
  },
  'wrong-credentials': {
    status: 401,
    en: 'E-mail and password do not match. Check both and try again.',
    zh: '邮箱与密码不匹配，请检查后重试。',
  },
  'sign-in-link-used': {
    status: 401,
    en: 'This sign-in link was used or has expired. Restart Greenlight to get a new one, or sign in with a password.',
    zh: '该登录链接已使用或已过期。请重启 Greenlight 获取新链接，或用密码登录。',
  },
  'not-allowed': {
    status: 403,
    en: 'Your role does not allow this, and nothing was changed. “Who may do what” says which role does.',
    zh: '你的角色没有此权限，未做任何更改。哪些角色可以操作，见“权限一览”。',
  },
  'token-not-allowed': {
    status: 403,
    en: 'A token may not do this, whatever the role of whoever made it: it lacks the scope, or the act must be done in person. Nothing was changed. Use a token with the scope, or sign in.',
    zh: '无论创建者是什么角色，这个令牌都不能执行此操作：它缺少所需的权限范围，或此操作须由本人完成。未做任何更改。请改用具备该范围的令牌，或登录后操作。',
  },
  'personal-data-inside': {
    status: 403,
    en: 'This file holds personal data, in texts of the data or in words of a vocabulary, so only a data scientist of the project may take it out, in person and not with a token. The refusal stands in the audit log.',
    zh: '该文件的原文或词表含有个人信息，只有本项目的数据科学家本人（不能用令牌）可以取出。此次拒绝已写入审计日志。',
  },
  'purpose-needed': {
    status: 422,
    en: 'This file holds personal data, in texts of the data or in words of a vocabulary. Say in `purpose` what you need it for; that goes into the audit log.',
    zh: '该文件的原文或词表含有个人信息。请在 `purpose` 中说明用途，用途会写入审计日志。',
  },
  'wrong-origin': {
    status: 403,
    en: 'The request came from another site and was refused. Open Greenlight directly and try again.',
    zh: '请求来自其他站点，已被拒绝。请直接打开 Greenlight 再试。',
  },
  'not-found': {
    status: 404,
    en: 'This does not exist, or you have no access to it.',
    zh: '内容不存在，或你没有访问权限。',
  },
  'route-not-found': {
    status: 404,
    en: 'There is no such address. The document at /api/openapi.json lists all of them.',
    zh: '没有这个地址。全部地址见 /api/openapi.json。',
  },
  'method-not-allowed': {
    status: 405,
    en: 'This address does not accept that method.',
    zh: '该地址不支持此请求方法。',
  },
  conflict: {
    status: 409,
    en: 'This no longer fits the current state. Reload to see what changed, then try again.',
    zh: '与当前状态冲突。请刷新查看变化后重试。',
  },
  'idempotency-key-reused': {
    status: 422,
    en: 'This idempotency key was used before for another request, so this one was not carried out. What the key made is kept; send this request with a new key.',
    zh: '该幂等键已用于另一个请求，因此本次请求未执行。该键此前创建的内容已保留；请为本次请求换用新的键。',
  },
  'secret-in-use': {
    status: 409,
    en: 'What this idempotency key made is already in use or has ended, so its secret is not replaced. Make a new one, with a new key.',
    zh: '用该幂等键创建的内容已被使用或已失效，密钥不再更换。请换用新的键另行创建。',
  },
  'draft-open': {
    status: 409,
    en: 'A version of the requirement is already being written or reviewed. Go on with that one.',
    zh: '已有一个需求版本正在撰写或评审，请在那个版本上继续。',
  },
  'edited-meanwhile': {
    status: 409,
    en: 'Somebody else saved this since you opened it. Their version is kept, yours was not saved; compare the two and save again.',
    zh: '你打开之后，其他人已保存过此内容。对方的版本已保留，你的修改未保存；请对比后再次保存。',
  },
  'evidence-moved': {
    status: 409,
    en: 'Since you opened this, something was evaluated, so that the decision would rest on numbers you have not seen. Nothing was approved; look at what the newest evaluation says, then decide again.',
    zh: '你打开之后又有了新的评估，此决定将以你没有看过的数字为据。未做任何批准；请查看最新评估的结果后再次决定。',
  },
  'wrong-requirement-state': {
    status: 409,
    en: 'The requirement is no longer in the state that this needs: drafts are edited, versions in review are decided, approved ones are frozen.',
    zh: '需求当前的状态不允许此操作：草稿可编辑，评审中的版本可裁决，已批准的版本已冻结。',
  },
  'invalid-requirement': {
    status: 422,
    en: 'The requirement contradicts itself or asks for the impossible. Nothing was saved; the details name each criterion and why.',
    zh: '需求自相矛盾或无法达到，未保存任何内容；详情列出了每条标准及原因。',
  },
  'invalid-candidate': {
    status: 422,
    en: 'This cannot be a candidate: the model is not in the catalogue or not in this project, or the address may not be asked. Nothing was changed.',
    zh: '无法作为候选模型：目录或本项目中没有该模型，或该地址不允许访问；未做任何更改。',
  },
  'too-many-candidates': {
    status: 409,
    en: 'The project already weighs as many candidates as it may. Put some into the archive first.',
    zh: '本项目的候选模型已达上限，请先归档一部分。',
  },
  'candidate-in-use': {
    status: 409,
    en: 'This candidate stands in a decision matrix, so it is kept. Put it into the archive instead.',
    zh: '该候选模型已列入决策矩阵，不能删除；请改为归档。',
  },
  'selection-open': {
    status: 409,
    en: 'A draft of the decision matrix is already open. Go on with that one.',
    zh: '已有一份决策矩阵草稿，请在那份草稿上继续。',
  },
  'selection-decided': {
    status: 409,
    en: 'This matrix was decided and is frozen. Start a new draft to weigh again.',
    zh: '该矩阵已作出决策并冻结。如需重新权衡，请新建草稿。',
  },
  'invalid-selection': {
    status: 422,
    en: 'The decision matrix contradicts itself or its evidence. Nothing was saved; the details name each score and why.',
    zh: '决策矩阵自相矛盾或与其依据不符，未保存任何内容；详情列出了每个分数及原因。',
  },
  'explanation-needed': {
    status: 422,
    en: 'The chosen candidate does not lead for certain. Say why it is chosen all the same; nothing was decided yet.',
    zh: '所选候选模型并非确定领先。请说明为何仍选择它；尚未作出决策。',
  },
  'own-work': {
    status: 403,
    en: 'You wrote or submitted part of this, so somebody else must approve it: another person holds the right to approve, or held it within the last 30 days. Nothing was changed; ask them, or invite another approver.',
    zh: '你撰写或提交过其中的内容，须由他人批准：当前或最近 30 天内有其他人拥有批准权限。未做任何更改；请联系对方，或邀请其他审批人。',
  },
  'override-reason-needed': {
    status: 422,
    en: 'Nobody else may approve this, so approving your own work is an override and needs a reason. Nothing was changed; enter the reason and approve again.',
    zh: '没有其他人可以批准，批准自己的内容属于越权批准，必须说明理由。未做任何更改；请填写理由后再次批准。',
  },
  'last-product-manager': {
    status: 409,
    en: 'A project always has a product manager. Nothing was changed; give the role to somebody else first.',
    zh: '项目必须始终有一名产品经理，未做任何更改；请先把该角色交给其他人。',
  },
  'own-approver': {
    status: 403,
    en: 'Nobody makes themselves an approver. Nothing was changed; ask another product manager or an admin.',
    zh: '不能把自己设为审批人，未做任何更改；请联系其他产品经理或管理员。',
  },
  'own-invitation': {
    status: 403,
    en: 'You made this invitation, so it cannot make you an approver. Nothing was changed; send the link to whom you meant.',
    zh: '这是你自己创建的邀请，不能借此成为审批人；未做任何更改，请把链接发给被邀请的人。',
  },
  'invitation-unknown': {
    status: 404,
    en: 'There is no such invitation. Check that the whole link was copied, or ask for a new one.',
    zh: '没有这个邀请。请检查链接是否复制完整，或请对方重新邀请。',
  },
  'invitation-expired': {
    status: 410,
    en: 'This invitation has expired. Ask whoever sent it for a new link.',
    zh: '该邀请已过期，请向发送人索取新链接。',
  },
  'invitation-used-up': {
    status: 410,
    en: 'This invitation has been used as often as it allows. Ask whoever sent it for a new link.',
    zh: '该邀请的使用次数已用完，请向发送人索取新链接。',
  },
  'invitation-revoked': {
    status: 410,
    en: 'This invitation was withdrawn. Ask whoever sent it whether a new one is meant for you.',
    zh: '该邀请已被撤回，请向发送人确认是否重新邀请。',
  },
  'invitation-outdated': {
    status: 410,
    en: 'You were taken out of this project, or lost this role, after the invitation was made, so it does not bring you back. Ask a product manager for a new one.',
    zh: '在该邀请创建之后，你已被移出此项目或失去了相应角色，因此它不能让你重新加入。请向产品经理索取新的邀请。',
  },
  'account-exists': {
    status: 409,
    en: 'There is already an account with this e-mail. Sign in with it to join; nothing was changed.',
    zh: '该邮箱已有账户，请登录后加入；未做任何更改。',
  },
  'account-deactivated': {
    status: 403,
    en: 'This account was deactivated by an admin. What you did is kept; ask an admin to open it again.',
    zh: '该账户已被管理员停用，你的历史记录仍保留；如需恢复请联系管理员。',
  },
  'last-admin': {
    status: 409,
    en: 'An installation always has an admin. Nothing was changed; make somebody else an admin first.',
    zh: '系统必须始终有一名管理员，未做任何更改；请先任命其他管理员。',
  },
  'job-not-active': {
    status: 409,
    en: 'This work has already ended, so it cannot be stopped. What it made is kept.',
    zh: '该项工作已结束，无法停止；其结果已保留。',
  },
  'model-not-ready': {
    status: 409,
    en: 'This model cannot answer yet: a worker must have opened it, and its inputs, output and tokenizer must be named.',
    zh: '该模型尚不能使用：须先由训练机打开，并指定其输入、输出和分词器。',
  },
  'model-file-failed': {
    status: 422,
    en: 'The imported model could not answer this. The details say why.',
    zh: '导入的模型无法处理该请求；详情说明了原因。',
  },
  'lease-lost': {
    status: 409,
    en: 'The lease on this work has ended and another worker may have taken it over. Stop working on it.',
    zh: '该项工作的租约已失效，可能已由其他工作进程接手，请停止处理。',
  },
  'sequence-gap': {
    status: 409,
    en: 'Events are missing before this batch. Send them from the acknowledged number on.',
    zh: '该批次之前缺少事件，请从已确认的序号之后重新发送。',
  },
  'checksum-mismatch': {
    status: 422,
    en: 'The content does not match its checksum. Nothing was kept; send it again.',
    zh: '内容与校验和不一致，未保留任何数据，请重新发送。',
  },
  ...DATA_ERRORS,
  ...TRAINING_ERRORS,
  'invalid-identifier': {
    status: 422,
    en: 'Not every identifier is what it is said to be, so nothing was started; the details name each.',
    zh: '有标识与其类型不符，未开始任何操作；详情列出了每一项。',
  },
  'erasure-state': {
    status: 409,
    en: 'The erasure is no longer at the step that this needs: it is confirmed once its preview is ready, given up before that, and tried again once it has failed.',
    zh: '该删除流程当前的步骤不允许此操作：预览完成后才能确认，确认前才能放弃，失败后才能重试。',
  },
  'worker-answers': {
    status: 409,
    en: 'This worker has confirmed by itself what became of its copies, or was heard of in the last five minutes and will. Nothing was recorded.',
    zh: '该训练机已自行确认副本的去向，或在五分钟内有过联系、将会自行确认，因此未记录任何内容。',
  },
  'retention-past': {
    status: 422,
    en: 'The end of retention must lie in the future. Nothing was changed.',
    zh: '保留期限必须晚于当前时间，未做任何更改。',
  },
  'content-damaged': {
    status: 410,
    en: 'The stored file was damaged or altered, so nothing of it was handed out. Restore it from a backup; the details name it.',
    zh: '存储的文件已损坏或被改动，未提供其任何内容。请从备份中恢复；详情给出了文件名。',
  },
  'content-key-missing': {
    status: 503,
    en: 'The stored file is intact, but the master key that opens it is not here. Restore that key; the details name the file and the key.',
    zh: '存储的文件完好，但缺少打开它的主密钥。请恢复该密钥；详情给出了文件名和密钥编号。',
  },
  'master-key-from-environment': {
    status: 409,
    en: 'The master key is set from outside. Start Greenlight with the new key in GREENLIGHT_MASTER_KEY and this one in GREENLIGHT_PREVIOUS_MASTER_KEY.',
    zh: '主密钥由外部设置。请将新密钥设为 GREENLIGHT_MASTER_KEY、将当前密钥设为 GREENLIGHT_PREVIOUS_MASTER_KEY 后重新启动 Greenlight。',
  },
  'storage-full': {
    status: 507,
    en: 'There is not enough room left for files. Nothing half-done was kept; make room, then send it again.',
    zh: '存储空间不足，未保留任何半成品。请腾出空间后重新发送。',
  },
  'body-too-slow': {
    status: 408,
    en: 'The request took too long to arrive and was given up. Nothing was changed; check the connection and send it again.',
    zh: '请求未能及时传完，已放弃，未做任何更改。请检查网络后重新发送。',
  },
  'payload-too-large': {
    status: 413,
    en: 'The request is larger than this address accepts. Nothing was kept.',
    zh: '请求超过该地址允许的大小，未保留任何数据。',
  },
  'head-too-large': {
    status: 431,
    en: 'The address or the headers of the request are longer than this server reads. Nothing was done.',
    zh: '请求的地址或请求头超过服务器读取的长度，未做任何操作。',
  },
  'too-many-items': {
    status: 413,
    en: 'Versions of more than 500,000 items are not compared item by item. Compare what their preparations counted instead.',
    zh: '超过 500,000 条的版本不逐条比较。请改为比较各自数据准备中的统计结果。',
  },
  'unsupported-media-type': {
    status: 415,
    en: 'This content type is not accepted here. Send JSON unless the document says otherwise.',
    zh: '不接受此内容类型。除非文档另有说明，请发送 JSON。',
  },
  'invalid-labels': {
    status: 422,
    en: 'The items are not all labelled in the same way. Nothing was kept; the details say which are missing.',
    zh: '各条数据的标注方式不一致，未保留任何数据；详情说明了缺少的部分。',
  },
  'too-many-requests': {
    status: 429,
    en: 'Too many attempts. Wait a minute and try again.',
    zh: '尝试过于频繁，请稍等一分钟再试。',
  },
  'too-many-at-once': {
    status: 429,
    retryAfterSeconds: 1,
    en: 'As many requests of this account, or of this token, are under way as may be at once. This one was not begun; send it again when others have been answered.',
    zh: '该账户或令牌同时进行的请求已达上限，本次请求未执行。请等其他请求得到答复后重试。',
  },
  'inference-busy': {
    status: 429,
    en: 'As many texts wait as can be answered in time. Yours was not begun; try again in a few seconds.',
    zh: '排队的请求已满，你的文本尚未开始处理。请几秒后再试。',
  },
  'inference-unavailable': {
    status: 503,
    en: 'The inference service is not reachable right now. Your text was not processed; try again shortly.',
    zh: '推理服务暂时不可用，文本未处理，请稍后再试。',
  },
  'not-ready': {
    status: 503,
    en: 'Greenlight is starting or its database is not reachable. Try again in a few seconds.',
    zh: 'Greenlight 正在启动或数据库暂不可用，请几秒后再试。',
  },
  'in-each-others-way': {
    status: 503,
    en: 'Somebody else was changing the same thing at this moment, so this was not done; nothing was changed. Try again.',
    zh: '此刻有其他操作正在更改同一内容，因此本次操作未执行，没有任何改动。请重试。',
  },
  internal: {
    status: 500,
    en: 'Something went wrong on our side. Nothing half-done was kept; try again, and report the request id if it repeats.',
    zh: '服务器出现问题，未保留任何半成品。请重试；若再次出现，请报告请求编号。',
  },
} as const satisfies Record<string, ErrorEntry>;

/** The stable name of an error. */
export type ErrorCode = keyof typeof ERRORS;

/** The HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return ERRORS[code].status;
}

/** The sentence for a person, in their language. */
export function messageOf(code: ErrorCode, language: Language): string {
  return ERRORS[code][language];
}

/** The body of every reply that is not a success. */
export const errorBody = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      details: z.unknown().optional(),
      requestId: z.string().optional(),
    }),
  })
  .meta({ id: 'Error' });

/** The body of every error reply. */
export type ErrorBody = z.infer<typeof errorBody>;
