import auditEn from './en/audit.json';
import chartsEn from './en/charts.json';
import commonEn from './en/common.json';
import comparisonEn from './en/comparison.json';
import dataEn from './en/data.json';
import encryptionEn from './en/encryption.json';
import decisionsEn from './en/decisions.json';
import evaluationEn from './en/evaluation.json';
import frameEn from './en/frame.json';
import governanceEn from './en/governance.json';
import membersEn from './en/members.json';
import modelFilesEn from './en/model-files.json';
import peopleEn from './en/people.json';
import planEn from './en/plan.json';
import preparationEn from './en/preparation.json';
import privacyEn from './en/privacy.json';
import overviewEn from './en/overview.json';
import requirementsEn from './en/requirements.json';
import rightsEn from './en/rights.json';
import selectionEn from './en/selection.json';
import sweepsEn from './en/sweeps.json';
import tokenizersEn from './en/tokenizers.json';
import trainingEn from './en/training.json';
import auditZh from './zh/audit.json';
import chartsZh from './zh/charts.json';
import commonZh from './zh/common.json';
import comparisonZh from './zh/comparison.json';
import dataZh from './zh/data.json';
import encryptionZh from './zh/encryption.json';
import decisionsZh from './zh/decisions.json';
import evaluationZh from './zh/evaluation.json';
import frameZh from './zh/frame.json';
import governanceZh from './zh/governance.json';
import membersZh from './zh/members.json';
import modelFilesZh from './zh/model-files.json';
import peopleZh from './zh/people.json';
import planZh from './zh/plan.json';
import preparationZh from './zh/preparation.json';
import privacyZh from './zh/privacy.json';
import overviewZh from './zh/overview.json';
import requirementsZh from './zh/requirements.json';
import rightsZh from './zh/rights.json';
import selectionZh from './zh/selection.json';
import sweepsZh from './zh/sweeps.json';
import tokenizersZh from './zh/tokenizers.json';
import trainingZh from './zh/training.json';

/** Every sentence of the screens in English; the types of all translation keys come from it. */
export const en = {
  audit: auditEn,
  charts: chartsEn,
  common: commonEn,
  comparison: comparisonEn,
  data: dataEn,
  encryption: encryptionEn,
  decisions: decisionsEn,
  evaluation: evaluationEn,
  frame: frameEn,
  governance: governanceEn,
  members: membersEn,
  modelFiles: modelFilesEn,
  overview: overviewEn,
  people: peopleEn,
  plan: planEn,
  preparation: preparationEn,
  privacy: privacyEn,
  requirements: requirementsEn,
  rights: rightsEn,
  selection: selectionEn,
  sweeps: sweepsEn,
  tokenizers: tokenizersEn,
  training: trainingEn,
} as const;

/** Every sentence of the screens in Chinese. */
export const zh = {
  audit: auditZh,
  charts: chartsZh,
  common: commonZh,
  comparison: comparisonZh,
  data: dataZh,
  encryption: encryptionZh,
  decisions: decisionsZh,
  evaluation: evaluationZh,
  frame: frameZh,
  governance: governanceZh,
  members: membersZh,
  modelFiles: modelFilesZh,
  overview: overviewZh,
  people: peopleZh,
  plan: planZh,
  preparation: preparationZh,
  privacy: privacyZh,
  requirements: requirementsZh,
  rights: rightsZh,
  selection: selectionZh,
  sweeps: sweepsZh,
  tokenizers: tokenizersZh,
  training: trainingZh,
} as const;
