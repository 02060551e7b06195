import { getEncryption, rotateMasterKey } from '@greenlight/shared/across/governance/encryption-contract.ts';
import { userOf, type RegisterRoute } from '../../plugins/route.ts';
import type { EncryptionService } from './encryption-service.ts';

/** Registers what an admin sees and does about the encryption of stored files. */
export function registerEncryption(register: RegisterRoute, encryption: EncryptionService): void {
  register(getEncryption, () => encryption.status());
  register(rotateMasterKey, (call) => encryption.rotate(userOf(call), call.body.before));
}
