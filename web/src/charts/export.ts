import { csvRow } from '@greenlight/shared/api/csv.ts';
import type { ChartSeries } from './series.ts';
import { rowsOf } from './series.ts';

/** The values of a chart as comma-separated text, one line for each place of the horizontal axis. */
export function csvOf(xLabel: string, series: readonly ChartSeries[]): string {
  const head = [xLabel, ...series.map((line) => line.label)];
  const lines = rowsOf(series).map((row) => [row.x, ...series.map((line) => row[line.id] ?? null)]);
  return [head, ...lines].map(csvRow).join('');
}

function save(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 0);
}

/** Offers text as a file. */
export function saveText(text: string, type: string, fileName: string): void {
  // The byte order mark makes spreadsheets read Chinese column names as UTF-8.
  save(new Blob([type === 'text/csv' ? `\uFEFF${text}` : text], { type: `${type};charset=utf-8` }), fileName);
}

/** The drawing of a chart as a document of its own, with its ground. */
export function svgTextOf(drawing: SVGSVGElement, ground: string): string {
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  const { width, height } = drawing.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.round(width)));
  copy.setAttribute('height', String(Math.round(height)));
  copy.setAttribute('font-family', 'system-ui, sans-serif');
  copy.setAttribute('font-size', '12');
  const rectangle = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  rectangle.setAttribute('width', '100%');
  rectangle.setAttribute('height', '100%');
  rectangle.setAttribute('fill', ground);
  copy.prepend(rectangle);
  return new XMLSerializer().serializeToString(copy);
}

/** Offers the drawing of a chart as a picture, at twice its size on the screen. */
export async function savePicture(drawing: SVGSVGElement, ground: string, fileName: string): Promise<void> {
  const { width, height } = drawing.getBoundingClientRect();
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgTextOf(drawing, ground))}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * 2);
  canvas.height = Math.round(height * 2);
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const content = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (content) save(content, fileName);
}
