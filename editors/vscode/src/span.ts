/** A stretch of a document, in characters from its beginning. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One change of a document, as VS Code tells it. */
export interface Change {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Where a span lies after a change: what is written before it moves it, what is written within it widens it. */
export function moved(span: Span, { rangeOffset, rangeLength, text }: Change): Span {
  const grown = text.length - rangeLength;
  const end = rangeOffset + rangeLength;
  if (end <= span.start && rangeOffset < span.end) {
    return { start: span.start + grown, end: span.end + grown };
  }
  if (rangeOffset >= span.end) {
    return span;
  }
  return { start: Math.min(span.start, rangeOffset), end: Math.max(span.end, end) + grown };
}
