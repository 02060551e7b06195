import '../../../testing/browser-stubs.ts';
import { getRequirementDeciders } from '@greenlight/shared/stages/requirements/contract.ts';
import { screen } from '@testing-library/react';
import type { z } from 'zod';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { renderLinked } from '../../../testing/render-linked.tsx';
import { translationsIn } from '../../../testing/translations.ts';
import { OwnWorkNotice, WhoDecides } from './deciders.tsx';

type Deciders = z.output<NonNullable<typeof getRequirementDeciders.reply>>;

const version = { id: '01900000-0000-7000-8000-000000000002', projectId: '01900000-0000-7000-8000-000000000001' };

beforeEach(() => translationsIn('en'));
afterEach(() => vi.unstubAllGlobals());

function answering(deciders: Deciders) {
  vi.stubGlobal(
    'fetch',
    vi.fn<typeof fetch>(async () => Response.json(deciders)),
  );
}

test.each<[string, Deciders, RegExp, boolean]>([
  [
    'others',
    { people: [{ email: 'li@example.com', isAuthor: false }], wasThereLately: false, isOwn: true },
    /decided by somebody else: li@example\.com\./,
    false,
  ],
  [
    'authors alone',
    { people: [{ email: 'wu@example.com', isAuthor: true }], wasThereLately: false, isOwn: true },
    /wu@example\.com may approve as well, but wrote part of it too/,
    true,
  ],
  ['somebody lately', { people: [], wasThereLately: true, isOwn: true }, /within the last 30 days/, true],
  [
    'nobody',
    { people: [], wasThereLately: false, isOwn: true },
    /nobody else may approve\. You can approve it now/,
    true,
  ],
])('own work says who decides instead: %s', async (_, deciders, sentence, offersInvitation) => {
  answering(deciders);
  renderLinked(<OwnWorkNotice version={version} />);
  expect(await screen.findByText(sentence)).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Invite somebody to approve it' }) !== null).toBe(offersInvitation);
});

test('more people than help to find somebody are counted', async () => {
  const people = Array.from({ length: 8 }, (_, place) => ({ email: `p${place}@example.com`, isAuthor: false }));
  answering({ people, wasThereLately: false, isOwn: true });
  renderLinked(<WhoDecides version={version} />);
  expect(await screen.findByText(/p4@example\.com and 3 more\.$/)).toBeTruthy();
});
