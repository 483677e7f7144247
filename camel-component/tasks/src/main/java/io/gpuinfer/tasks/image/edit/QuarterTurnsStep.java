package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.GraphBuilder;
import java.util.List;
import java.util.Map;

/**
 * Turns the picture clockwise by right angles, which moves its pixels and changes none.
 *
 * @param quarters 1 to 3
 */
record QuarterTurnsStep(int quarters) implements Step {

  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  @Override
  public String addTo(GraphBuilder graph, String from, String name) {
    if (quarters == 2) {
      String upsideDown = FlipStep.reverse(graph, from, name + ".rows", ROWS);
      return FlipStep.reverse(graph, upsideDown, name, COLUMNS);
    }
    List<Long> rowsForColumns = List.of(0L, 1L, 3L, 2L);
    graph.node("Transpose", name + ".transposed", Map.of("perm", rowsForColumns), from);
    return FlipStep.reverse(graph, name + ".transposed", name, quarters == 1 ? COLUMNS : ROWS);
  }

  @Override
  public Size sizeAfter(Size before) {
    return quarters == 2 ? before : new Size(before.height(), before.width());
  }
}
