import { carriesRight, type ProjectRole } from '@greenlight/shared/across/governance/rights.ts';
import { maskedWhole } from '@greenlight/shared/stages/data/masked-text.ts';
import type { AuditService } from '../../across/governance/audit-service.ts';
import { AppError } from '../../plugins/app-error.ts';
import { actorOf, type UserPrincipal } from '../../plugins/principal.ts';
import { readItems } from './read-items.ts';
import type { DataService } from './service.ts';
import { holdsPersonalData } from './shown-items.ts';
import type { DataStore } from './store.ts';
import type { TokenizerReader } from './tokenizer-reader.ts';

/** The door through which files leave that hold the texts of a version, such as the predictions of a text generator. */
export interface PersonalFiles {
  /** How many items of a version hold personal data; counted once. */
  itemsWithPersonalData(versionId: string): Promise<number>;
  /**
   * Lets a file go that repeats texts of a version: where the version holds personal data only to whoever may read it,
   * for a stated purpose and with a line in the audit log. Throws `personal-data-inside`, `purpose-needed`.
   */
  release(person: UserPrincipal, versionId: string, target: string, purpose: string | undefined): Promise<void>;
  /** The same of a file that is known to hold personal data of a version, such as a vocabulary; also where the version's content is gone. */
  releasePersonal(person: UserPrincipal, versionId: string, target: string, purpose: string | undefined): Promise<void>;
  /** The same of a tokenizer that was learned from a version, where one of its tokens is personal data. */
  releaseVocabulary(
    person: UserPrincipal,
    vocabulary: { readonly sha256: string; readonly datasetVersionId: string },
    target: string,
    purpose: string | undefined,
  ): Promise<void>;
}

/** Builds the door; `rolesIn` answers the roles of a person in a project. */
export function createPersonalFiles(
  store: DataStore,
  data: DataService,
  audit: AuditService,
  tokenizers: Pick<TokenizerReader, 'mayHoldPersonalData'>,
  rolesIn: (projectId: string, userId: string) => Promise<readonly ProjectRole[]>,
): PersonalFiles {
  const underWay = new Map<string, Promise<number>>();

  async function count(versionId: string): Promise<number> {
    const { stream } = await data.openContent(versionId);
    let items = 0;
    for await (const { item } of readItems(stream)) if (holdsPersonalData(item)) items++;
    await store.setPersonalItems(versionId, items);
    return items;
  }

  async function itemsWithPersonalData(versionId: string): Promise<number> {
    const known = (await store.find(versionId))?.personalItems;
    if (known !== undefined && known !== null) return known;
    const counting = underWay.get(versionId) ?? count(versionId).finally(() => underWay.delete(versionId));
    underWay.set(versionId, counting);
    return counting;
  }

  async function releasePersonal(
    person: UserPrincipal,
    versionId: string,
    target: string,
    purpose: string | undefined,
  ): Promise<void> {
    const projectId = await data.projectOf(versionId);
    if (projectId === undefined) throw new AppError('not-found');
    const roles = await rolesIn(projectId, person.userId);
    const { isAdmin } = person;
    const entry = { actor: actorOf(person), target, projectId };
    if (person.kind === 'token' || !carriesRight({ roles, isAdmin }, 'data:read-personal')) {
      await audit.recordAlone({
        ...entry,
        action: 'personal-data.refused',
        details: { datasetVersionId: versionId },
      });
      throw new AppError('personal-data-inside');
    }
    if (purpose === undefined) throw new AppError('purpose-needed');
    await audit.recordAlone({
      ...entry,
      action: 'personal-data.read',
      details: { purpose: maskedWhole(purpose), datasetVersionId: versionId },
    });
  }

  return {
    itemsWithPersonalData,
    async release(person, versionId, target, purpose) {
      if ((await itemsWithPersonalData(versionId)) === 0) return;
      await releasePersonal(person, versionId, target, purpose);
    },
    releasePersonal,
    async releaseVocabulary(person, { sha256, datasetVersionId }, target, purpose) {
      if (!(await tokenizers.mayHoldPersonalData(sha256))) return;
      await releasePersonal(person, datasetVersionId, target, purpose);
    },
  };
}
