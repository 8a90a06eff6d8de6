/** Where one picture stands in the composed one, in pixels. */
export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Cuts the picture into equal tiles, as square as they come: one, two beside each other, then a grid. */
export function tiles(count: number, width: number, height: number): Tile[] {
  if (count === 0) return [];
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const [w, h] = [Math.floor(width / columns), Math.floor(height / rows)];
  return Array.from({ length: count }, (_, place) => {
    const row = Math.floor(place / columns);
    // The last row stands in the middle when it is not full.
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const indent = Math.floor((width - inRow * w) / 2);
    return { x: indent + (place % columns) * w, y: row * h, width: w, height: h };
  });
}

/** The largest place for a picture of this shape inside a tile: whole, nothing cut off. */
export function fitted(tile: Tile, width: number, height: number): Tile {
  if (width <= 0 || height <= 0) return { ...tile, width: 0, height: 0 };
  const scale = Math.min(tile.width / width, tile.height / height);
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  return {
    x: tile.x + Math.floor((tile.width - w) / 2),
    y: tile.y + Math.floor((tile.height - h) / 2),
    width: w,
    height: h,
  };
}
