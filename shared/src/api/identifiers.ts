import { z } from 'zod';

/**
 * Identifier of a stored thing: a UUID (version 7 where we create it, so that ids sort by time). Capitals are read as the
 * small letters that the database answers with, so that one thing has one name wherever ids are compared or hashed.
 */
export const id = z.uuid().toLowerCase();

/** A moment as ISO 8601 in UTC. */
export const moment = z.iso.datetime();

/** Hexadecimal SHA-256 of content. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Number that may be NaN or infinite in arithmetic travels as null. */
export const finiteOrNull = z.number().nullable();
