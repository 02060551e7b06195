import type { Split } from '../../content.ts';
import { splitNamed } from './split-names.ts';

const IMAGE_NAME = /\.(?:png|jpe?g|jfif|gif|webp|bmp|dib)$/i;

/** What the folders of an image say of it. */
export interface FolderMeaning {
  readonly label: string | undefined;
  readonly split: Split | undefined;
}

/**
 * What the folders of an archive mean: folders that hold everything are passed over, then folders called like splits give the
 * split where all are, and the next folder is the label. So `cats/1.png`, `pets/cats/1.png` and `pets/train/cats/1.png` all say
 * "cats".
 */
export class ArchiveFolders {
  #common: readonly string[] | null = null;
  #fewest = Infinity;
  readonly #first: Set<string>[] = [];

  /** Looks at a path before any is asked for; names that are not of images mean nothing. */
  look(path: string): void {
    if (!IMAGE_NAME.test(path)) return;
    const folders = foldersOf(path);
    this.#fewest = Math.min(this.#fewest, folders.length);
    const known = this.#common ?? folders;
    let same = 0;
    while (same < known.length && known[same] === folders[same]) same++;
    this.#common = known.slice(0, same);
    for (const [depth, folder] of folders.slice(0, MOST_DEPTH).entries()) {
      const names = (this.#first[depth] ??= new Set());
      if (names.size <= MOST_SPLIT_NAMES) names.add(folder);
    }
  }

  meaningOf(path: string): FolderMeaning {
    const passed = Math.max(0, Math.min(this.#common?.length ?? 0, this.#fewest - 1));
    const folders = foldersOf(path).slice(passed);
    const names = this.#first[passed] ?? new Set<string>();
    const areSplits =
      this.#fewest > passed && names.size > 1 && [...names].every((name) => splitNamed(name) !== undefined);
    return areSplits
      ? { split: splitNamed(folders[0] ?? ''), label: folders[1] }
      : { split: undefined, label: folders[0] };
  }
}

const MOST_DEPTH = 20;
/** More folders side by side than there are names of splits are no splits. */
const MOST_SPLIT_NAMES = 10;

function foldersOf(path: string): string[] {
  return path.split('/').slice(0, -1);
}
