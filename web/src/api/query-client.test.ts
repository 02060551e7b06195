import { MutationObserver, onlineManager } from '@tanstack/react-query';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createQueryClient } from './query-client.ts';

test('an act without a connection fails at once, and is not done by itself when the line comes back', async () => {
  onTestFinished(() => onlineManager.setOnline(true));
  onlineManager.setOnline(false);
  const approve = vi.fn<() => Promise<void>>(() => Promise.reject(new Error('offline')));
  const act = new MutationObserver(createQueryClient(), { mutationFn: approve }).mutate();
  await expect(act).rejects.toThrow('offline');
  onlineManager.setOnline(true);
  expect(approve).toHaveBeenCalledOnce();
});
