package io.gpuinfer.engine.program;

import java.util.List;

/** What the device can do. Each kind has one kernel family, in each class of devices. */
public sealed interface Action {

  /** The output is the first input's elements under another shape: nothing moves. */
  record Alias() implements Action {}

  /**
   * Elements change place.
   *
   * @param copies boxes that together with the fill cover the output
   * @param fill value of what no box covers, or null when all is covered
   */
  record Move(List<StridedCopy> copies, Float fill) implements Action {}

  /** {@code out[i] = expr(in0[i], in1[i], …)} with broadcasting. */
  record Elementwise(Expr expr) implements Action {}

  /** {@code out[o, i, n] = in0[o, in1[i], n]} along an axis of the first input. */
  record Gather(int axis) implements Action {}

  /**
   * Matrix product {@code [batch…, M, K] × [batch…, K, N]}; inputs: A, B, each read as a box of its
   * elements whose strides are zero along broadcast batch axes. A's columns are adjacent.
   *
   * @param integers whether all elements are integers of at most 255, and all sums of products
   *     below 2²⁴: then products of integers give the same
   */
  record MatMul(int inner, Box a, Box b, boolean integers, Epilogue epilogue) implements Action {}

  /** Where an operand's elements lie: a stride for every axis of its broadcast shape. */
  record Box(int offset, int[] strides) {}

  /**
   * Convolution, channels last: {@code [N,H,W,C] → [N,OH,OW,M]}; inputs: data, weights, optionally
   * a bias of {@code [M]}.
   *
   * <p>Stable weights are {@code [M,C/groups,KH,KW]} and are packed at load. All others come packed
   * already, as the kernels read them: {@code [groups, panels, KH·KW·C/groups, PANEL]}, or {@code
   * [KH·KW, C]} when {@link #isDepthwise}.
   */
  record Conv(Window window, int groups, Epilogue epilogue) implements Action {

    /** Output channels of a panel of packed weights. */
    public static final int PANEL = 32;

    /** Whether each output channel reads one input channel, the one of its own number. */
    public static boolean isDepthwise(int inputs, int outputs, int groups) {
      return inputs == groups && outputs == groups;
    }
  }

  /** Transposed convolution, channels last; weights {@code [C,M,KH,KW]}, one group. */
  record ConvTranspose(Window window, Epilogue epilogue) implements Action {}

  /**
   * Pooling, channels last.
   *
   * @param kind what becomes of a window's elements
   * @param countPadding whether an average counts padding, which ends before row {@code endH} and
   *     column {@code endW}; what a window hangs over beyond that never counts
   */
  record Pool(Window window, PoolKind kind, boolean countPadding, int endH, int endW)
      implements Action {}

  /**
   * Where in {@code [N,C,spatial…]} each window over a channels-last input of three spatial axes
   * has its greatest element: {@code [N,D,H,W,C] → [N,OD,OH,OW,C]}.
   *
   * @param strides how far apart the indices of neighbours are along each axis
   */
  record PoolIndices(int[] kernel, int[] steps, int[] padsBefore, int[] dilations, int[] strides)
      implements Action {}

  /**
   * The index of the largest or smallest element along the middle of {@code [outer, length,
   * inner]}.
   *
   * @param last whether the last among equals is taken, else the first
   */
  record ArgBest(boolean largest, boolean last, int outer, int length, int inner)
      implements Action {}

  /**
   * Indices of the {@code count} largest or smallest elements in each row of {@code length}, best
   * first; of equals the first comes first.
   */
  record TopIndices(boolean largest, int length, int count) implements Action {}

  /** The sum of all elements up to each, along the middle of {@code [outer, length, inner]}. */
  record CumSum(boolean exclusive, boolean reverse, int outer, int length, int inner)
      implements Action {}

  /**
   * A copy of the first input in which updates, the third, are put where indices, the second, tell,
   * one step after the other. Updates are {@code [steps, columns]}. Indices of that shape count the
   * data's elements, and no two columns have one in common; indices {@code [steps]} count its rows
   * of {@code columns}.
   */
  record Scatter(Reduction reduction) implements Action {}

  /** Reduction of the middle of {@code [outer, reduced, inner]}. */
  record Reduce(ReduceKind kind, int outer, int reduced, int inner) implements Action {}

  /** Softmax over rows of {@code length} adjacent elements. */
  record Softmax(int length, boolean log) implements Action {}

  /**
   * Normalisation of rows of {@code length} adjacent elements to mean 0 and variance 1; inputs:
   * data, scale, bias of {@code [length]}.
   */
  record LayerNorm(int length, float epsilon) implements Action {}

  /**
   * Interpolation of the middle two axes of {@code [outer, H, W, inner]}.
   *
   * @param linear bilinear, else nearest
   * @param scaleY output over input extent, as the coordinates use it
   * @param coordinates how output positions map to input positions
   * @param rounding how a nearest position is rounded
   */
  record Resize(
      int outer,
      int inner,
      boolean linear,
      float scaleY,
      float scaleX,
      Coordinates coordinates,
      Rounding rounding,
      int height,
      int width,
      int outHeight,
      int outWidth)
      implements Action {}

  /**
   * Weighted sums along the middle of {@code [outer, extent, inner]}: {@code out[o, j, i] = Σ
   * weights[j, t] · data[o, indices[j, t], i]}; inputs: data, then indices and weights of {@code
   * [out, taps]}. Indices are in range.
   */
  record Resample(int outer, int extent, int inner) implements Action {}

  /**
   * Weighted sums along both spatial axes of an image of bytes {@code [1,H,W,3]}, and what makes a
   * model's input of them; inputs: the image, then indices and weights as of {@link Resample}, of
   * its rows and of its columns. The columns' indices ascend.
   *
   * @param channels the output's channel that each of the image becomes
   */
  record ResampleImage(int[] channels, Frame frame, Levels levels) implements Action {}

  /**
   * The part of a resampled image that is wanted, and where it lies in the output.
   *
   * @param fill the level around it
   * @param channelsLast whether the output is {@code [1,OH,OW,3]}, else {@code [1,3,OH,OW]}
   */
  record Frame(
      int fromRow,
      int fromColumn,
      int rows,
      int columns,
      int top,
      int left,
      float fill,
      boolean channelsLast) {}

  /**
   * {@code out = clamp(level, least, greatest) · factor − shift}, with a factor and a shift for
   * each of the output's channels. The level around an image is not clamped.
   */
  record Levels(float least, float greatest, float[] factor, float[] shift) {}

  /**
   * Sampling between pixels, channels last: data {@code [N,H,W,C]}, grid {@code [N,OH,OW,2]} of (x,
   * y).
   *
   * @param taps elements along an axis that a sample reads: 1 nearest, 2 linear, 4 cubic
   */
  record GridSample(boolean alignCorners, Padding padding, int taps) implements Action {}

  /**
   * Means or maxima over the bins of regions, channels last: data {@code [N,H,W,C]}, regions {@code
   * [R,4]} of (x1, y1, x2, y2), the image of each {@code [R]}, to {@code [R,OH,OW,C]}.
   *
   * @param samples along each axis of a bin; 0 for as many as it has pixels
   * @param scale pixels for one unit of a region
   * @param halfPixel whether regions are shifted by half a pixel
   */
  record RoiAlign(boolean max, int samples, float scale, boolean halfPixel) implements Action {}

  /**
   * Scaled dot-product attention {@code softmax(scale · Q·Kᵀ + mask) · V}; inputs: Q, K, V and
   * perhaps a mask. Each is read as a box: Q over {@code [batch, head, query, d]} with adjacent
   * last axis, K over {@code [batch, head, d, key]}, V over {@code [batch, head, key, e]} with
   * adjacent last axis, the mask over {@code [batch, head, query, key]} with a last stride of 0 or
   * 1.
   *
   * @param shape batches, heads, queries, keys, d, e
   * @param mask null without one
   * @param out strides of the output over {@code [batch, head, query]}; its last axis is adjacent
   */
  record Attention(int[] shape, float scale, Box q, Box k, Box v, Box mask, int[] out)
      implements Action {}

  /** A function of each element as it is stored; {@code expr}'s input 0 is the element itself. */
  record Epilogue(Expr expr, int inputsFrom) {}

  /**
   * A window that slides over the two spatial axes.
   *
   * @param padTop rows of padding above; what is below follows from the output's extent
   * @param padLeft columns of padding on the left
   */
  record Window(
      int kernelH,
      int kernelW,
      int strideH,
      int strideW,
      int padTop,
      int padLeft,
      int dilationH,
      int dilationW) {}

  /** What lies around an image; in the kernel's order. */
  enum Padding {
    ZEROS,
    BORDER,
    REFLECTION
  }

  /** How an update meets what is there already; in the kernel's order. */
  enum Reduction {
    NONE,
    ADD,
    MUL,
    MIN,
    MAX
  }

  /** What a pool makes of a window; in the kernel's order. */
  enum PoolKind {
    AVERAGE,
    MAX,
    SUM
  }

  /** How a run of elements becomes one; in the order in which the kernel numbers them. */
  enum ReduceKind {
    SUM,
    MEAN,
    MAX,
    MIN,
    PROD,
    SUM_SQUARE
  }

  /** In the kernel's order: {@code coordinate_transformation_mode} of ONNX's Resize. */
  enum Coordinates {
    HALF_PIXEL,
    ASYMMETRIC,
    ALIGN_CORNERS,
    PYTORCH_HALF_PIXEL
  }

  /** In the kernel's order: {@code nearest_mode} of ONNX's Resize. */
  enum Rounding {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL
  }
}
