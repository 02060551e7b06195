import {
  lossOfTask,
  runConfiguration,
  TASKS_OF_ARCHITECTURE,
  type RunConfiguration,
  type Task,
} from '@greenlight/shared/stages/training/configuration.ts';
import { frozenParts } from '@greenlight/shared/stages/training/layers.ts';
import type { Rule } from 'antd/es/form';
import { useTranslation } from 'react-i18next';
import type { SettingName } from '../settings.ts';

/** A rule between settings, by the name of its sentence; the same rules as the contract's. */
export type CrossRule =
  | 'headsDivide'
  | 'even'
  | 'encoderNeeded'
  | 'decoderNeeded'
  | 'taskOfArchitecture'
  | 'lossOfTask'
  | 'frozenStart'
  | 'frozenUnknown'
  | 'frozenAll';

type Settings = Pick<
  RunConfiguration,
  | 'dModel'
  | 'heads'
  | 'architecture'
  | 'encoderLayers'
  | 'decoderLayers'
  | 'task'
  | 'loss'
  | 'frozenLayers'
  | 'startFromArtifactId'
  | 'normalisation'
  | 'positions'
  | 'auxiliaryTasks'
>;

/** The rule that a setting breaks together with the others, or undefined. */
export function brokenRule(name: SettingName, settings: Partial<Settings>): CrossRule | undefined {
  const { dModel, heads, architecture, encoderLayers, decoderLayers, task, loss } = settings;
  if (name === 'heads' && dModel && heads && dModel % heads !== 0) return 'headsDivide';
  if (name === 'dModel' && dModel && dModel % 2 !== 0) return 'even';
  if (name === 'encoderLayers' && architecture !== 'decoder-only' && encoderLayers === 0) return 'encoderNeeded';
  if (name === 'decoderLayers' && architecture !== 'encoder-classifier' && decoderLayers === 0) return 'decoderNeeded';
  if (name === 'task' && architecture && task) {
    const tasks: readonly Task[] = TASKS_OF_ARCHITECTURE[architecture];
    if (!tasks.includes(task)) return 'taskOfArchitecture';
  }
  if (name === 'loss' && task && loss !== lossOfTask(task)) return 'lossOfTask';
  if (name === 'frozenLayers') return brokenFreezing(settings);
  return undefined;
}

function brokenFreezing(settings: Partial<Settings>): CrossRule | undefined {
  if (!settings.frozenLayers?.length) return undefined;
  if (!settings.startFromArtifactId) return 'frozenStart';
  const { unknown, isAll } = frozenParts({ ...runConfiguration.parse({}), ...settings });
  if (unknown.length > 0) return 'frozenUnknown';
  return isAll ? 'frozenAll' : undefined;
}

/** The rules between a setting and others, as the form checks them. */
export function useCrossRules(name: SettingName): Rule[] {
  const { t } = useTranslation('training');
  return [
    ({ getFieldsValue }) => ({
      validator: () => {
        const broken = brokenRule(name, getFieldsValue(true) as Partial<Settings>);
        return broken ? Promise.reject(new Error(t(`form.rule.${broken}`))) : Promise.resolve();
      },
    }),
  ];
}
