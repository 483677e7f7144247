package io.gpuinfer.engine.plan;

import static io.gpuinfer.engine.plan.Blocks.ceil;
import static io.gpuinfer.engine.program.Action.Conv.PANEL;

import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.program.Action;
import io.gpuinfer.engine.program.Action.Window;
import io.gpuinfer.engine.program.Op;

/**
 * How a 3×3 convolution is cut up for Winograd's algorithm F(4×4, 3×3), where that is worth it. The
 * kernel is in {@code simd-winograd.cl}.
 *
 * @param tiles of 4×4 outputs that one task computes
 * @param panels of 32 output channels that one task computes
 */
record Winograd(int tiles, int panels) {

  /** Products where a direct convolution of a whole tile has 144. */
  static final int POSITIONS = 36;

  private static final int TILE = 4;
  private static final int LANES = 16;

  /** Transformed inputs of a task stay in a core's second-level cache: this many elements. */
  private static final int INPUT_ELEMENTS = 640 * 1024;

  private static final int MAX_TILES = 64;

  /** Tasks for each worker, so that none waits long for the last one. */
  private static final int TASKS_PER_UNIT = 2;

  /** What a core computes while it reads one weight that is not in its cache. */
  private static final double FLOPS_PER_WEIGHT = 64;

  /** How much of a direct convolution's time there must be to gain, given the transformations. */
  private static final double WORTH_IT = 0.7;

  /** Whether the algorithm can compute a convolution, whatever the size of its images. */
  static boolean applies(Op op, Action.Conv conv, Target target) {
    Window w = conv.window();
    int inputs = op.input(0).dim(3);
    return target.kernels() == DeviceClass.SIMD
        && op.input(1).isStable()
        && conv.groups() == 1
        && w.kernelH() == 3
        && w.kernelW() == 3
        && w.strideH() == 1
        && w.strideW() == 1
        && w.dilationH() == 1
        && w.dilationW() == 1
        && inputs % LANES == 0
        && inputs <= WeightStore.ZEROS
        && op.output().dim(3) >= LANES;
  }

  /** How to compute a convolution, or null when it is better computed directly. */
  static Winograd of(Op op, Action.Conv conv, Target target) {
    if (!applies(op, conv, target)) {
      return null;
    }
    int inputs = op.input(0).dim(3);
    int outputs = op.output().dim(3);
    int height = op.output().dim(1);
    int width = op.output().dim(2);
    int tiles = op.output().dim(0) * ceil(height, TILE) * ceil(width, TILE);
    int panels = ceil(outputs, PANEL);
    int most = Math.min(MAX_TILES, INPUT_ELEMENTS / (POSITIONS * inputs) / 8 * 8);
    if (most < 8) {
      return null;
    }
    int units = Math.max(1, target.units());
    int blocks = ceil(ceil(tiles, most), units) * units;
    int block = Math.max(8, (ceil(tiles, blocks) + 7) / 8 * 8);
    int panelBlocks =
        Math.min(panels, ceil(TASKS_PER_UNIT * units, Math.max(1, ceil(tiles, block))));
    Winograd cut = new Winograd(block, ceil(panels, panelBlocks));

    double multiplied = (double) inputs * panels * PANEL;
    double direct = 2.0 * multiplied * 9 * op.output().dim(0) * height * width;
    double products = 2.0 * multiplied * POSITIONS * tiles;
    double reading = multiplied * POSITIONS * ceil(tiles, block) * FLOPS_PER_WEIGHT;
    return products + reading < WORTH_IT * direct ? cut : null;
  }

  /** Elements of scratch for each group: transformed inputs, and products of one panel. */
  long scratchElements(int inputs) {
    return (long) POSITIONS * tiles * (inputs + PANEL);
  }
}
