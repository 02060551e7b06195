import { expect, test } from 'vitest';
import { findMetric } from '@greenlight/shared/metrics/registry.ts';
import { projectSummary } from '@greenlight/shared/projects/contract.ts';
import { textDatasetContent } from '@greenlight/shared/stages/data/contract.ts';
import { criterion } from '@greenlight/shared/stages/requirements/contract.ts';
import { runConfiguration } from '@greenlight/shared/stages/training/configuration.ts';
import { articleSeed } from './article.ts';

test("the article's example fits the contracts that people's own projects must fit", () => {
  expect(runConfiguration.parse(articleSeed.run.configuration)).toEqual(articleSeed.run.configuration);
  expect(textDatasetContent.parse(articleSeed.dataset.content).train).toHaveLength(3);
  expect(projectSummary.shape.problemType.parse(articleSeed.problemType)).toBe('text-generation');
  for (const seeded of articleSeed.requirement.criteria) {
    criterion.omit({ id: true }).parse(seeded);
    expect(findMetric(seeded.metric)?.unit).toBe(seeded.unit);
  }
});
