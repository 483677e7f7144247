package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.StridedCopy;
import io.gpuinfer.engine.program.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights of a convolution that only the run knows, brought into the order in which {@link
 * Action.Conv} reads them. Those of the model file are packed at load instead.
 */
final class PackedWeights {

  private static final int PANEL = Action.Conv.PANEL;

  private PackedWeights() {}

  /**
   * @param weights {@code [M, C/groups, KH, KW]}
   */
  static Value of(Builder builder, Value weights, int groups) {
    if (weights.isStable()) {
      return weights;
    }
    int outputs = weights.dim(0);
    int channels = weights.dim(1);
    int taps = weights.dim(2) * weights.dim(3);
    if (Action.Conv.isDepthwise(channels * groups, outputs, groups)) {
      return builder.transpose(builder.reshape(weights, outputs, taps), 1, 0);
    }
    int columns = outputs / groups;
    int depth = taps * channels;
    int panels = (columns + PANEL - 1) / PANEL;
    List<StridedCopy> copies = new ArrayList<>(); // the whole panels, then the rest of a panel
    for (int first = 0; first < columns; first += Math.max(PANEL, columns / PANEL * PANEL)) {
      int wide = Math.min(PANEL, columns - first);
      copies.add(
          new StridedCopy(
              0,
              first * depth,
              new int[] {columns * depth, PANEL * depth, 1, taps, depth},
              first * depth,
              new int[] {panels * depth * PANEL, depth * PANEL, channels * PANEL, PANEL, 1},
              new int[] {groups, Math.max(1, (columns - first) / PANEL), taps, channels, wide}));
    }
    // What fills the last panel up is never stored, so it may be anything.
    return builder.emit(
        new Action.Move(copies, null),
        weights.type(),
        new int[] {groups, panels, depth, PANEL},
        weights);
  }
}
