import {
  listMembers,
  getPeopleNames,
  removeMember,
  setMemberRoles,
} from '@greenlight/shared/across/governance/members-contract.ts';
import { changePerson, listPeople } from '@greenlight/shared/across/governance/people-contract.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { InstallationPeopleService } from './installation-people-service.ts';
import type { MemberService } from './member-service.ts';

/** Registers the people of projects and of the installation. */
export function registerMembers(
  register: RegisterRoute,
  members: MemberService,
  installationPeople: InstallationPeopleService,
): void {
  register(listMembers, ({ params, query }) => members.list(params.projectId, query.cursor, query.limit));
  register(getPeopleNames, async ({ params }) => ({ people: await members.names(params.projectId) }));
  register(setMemberRoles, (call) => members.setRoles(userOf(call), call.params, call.body));
  register(removeMember, async (call) => {
    await members.remove(userOf(call), call.params);
    return { removed: true as const };
  });
  register(listPeople, ({ query }) => installationPeople.list(query.search ?? '', query.cursor, query.limit));
  register(changePerson, (call) => installationPeople.change(userOf(call), call.params.userId, call.body));
}
