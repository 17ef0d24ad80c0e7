/** Where a piece may end, the best place first. */
const ENDS = [/[.!?…。！？]["'”’)\]]*\s/gu, /[,;:،、]\s/gu, /\s/gu];

/** A text in pieces of at most so many characters, each ending where a speaker would draw breath, if there is such a place. */
export function inPieces(text: string, longest: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest.length > longest) {
    const end = lastEnd(rest.slice(0, longest));
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  if (rest !== '') pieces.push(rest);
  return pieces;
}

function lastEnd(text: string): number {
  for (const pattern of ENDS) {
    const last = [...text.matchAll(pattern)].at(-1);
    if (last) return last.index + last[0].length;
  }
  // No character is cut in two.
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
}
