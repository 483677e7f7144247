package io.gpuinfer.engine.plan;

import static io.gpuinfer.engine.program.Action.Conv.PANEL;

/**
 * The part of a product's output that one task computes.
 *
 * @param tiles register tiles of rows
 * @param panels panels of columns
 */
record Blocks(int tiles, int panels) {

  /** Panels of one block stay in a core's second-level cache: this many elements. */
  private static final int BLOCK_ELEMENTS = 64 * 1024;

  private static final int MAX_BLOCK_TILES = 16;

  /**
   * Cuts an output into tasks that a core's second-level cache can hold, such that the groups have
   * equal shares.
   *
   * @param products that each have so many panels and tiles
   * @param depth elements of a column of weights
   * @param rowsAreMore whether there are more rows than columns
   * @param groups that share the work
   */
  static Blocks of(
      int panels, int tiles, int products, int depth, boolean rowsAreMore, int groups) {
    int panelBlocks = ceil(panels, Math.max(1, Math.min(panels, BLOCK_ELEMENTS / (depth * PANEL))));
    int tileBlocks = ceil(tiles, MAX_BLOCK_TILES);
    while ((long) products * tileBlocks * panelBlocks < groups
        && (tileBlocks < tiles || panelBlocks < panels)) {
      // A smaller block of rows reads the weights more often, one of columns the data.
      if (panelBlocks == panels || (rowsAreMore && tileBlocks < tiles)) {
        tileBlocks = Math.min(tiles, 2 * tileBlocks);
      } else {
        panelBlocks = Math.min(panels, 2 * panelBlocks);
      }
    }
    Blocks best = null;
    long least = Long.MAX_VALUE;
    for (int more = 0; more < 16 && tileBlocks + more <= tiles; more++) {
      Blocks some = new Blocks(ceil(tiles, tileBlocks + more), ceil(panels, panelBlocks));
      long tasks = (long) products * ceil(tiles, some.tiles()) * ceil(panels, some.panels());
      long longest = (tasks + groups - 1) / groups * some.tiles() * some.panels();
      if (longest < least) {
        least = longest;
        best = some;
      }
    }
    return best;
  }

  /** How many pieces of a size hold so many. */
  static int ceil(int count, int size) {
    return (count + size - 1) / size;
  }
}
