package io.gpuinfer.engine.plan;

import java.util.Locale;

/**
 * The kernels that a record can call: each is a function of the same name in a {@code .cl} file.
 */
public enum Opcode {
  COPY_BOX,
  INTERLEAVE,
  FILL,
  GATHER,
  POOL,
  DEPTHWISE,
  RESIZE,
  GRID_SAMPLE,
  CONV,
  CONV_FLOAT16,
  CONV_BFLOAT16,
  WINOGRAD,
  MATMUL,
  INTEGER_PRODUCT,
  SOFTMAX,
  LAYER_NORM,
  REDUCE,
  ATTENTION,
  ELEMENTWISE,
  ARG_BEST,
  TOP_INDICES,
  CUM_SUM,
  SCATTER,
  POOL_INDICES,
  RESAMPLE,
  ROI_ALIGN,
  RESAMPLE_IMAGE;

  /** Whether it may find an index of a request to be out of range, and says so. */
  boolean checksIndices() {
    return this == GATHER || this == SCATTER || this == ROI_ALIGN;
  }

  /** The function's name in OpenCL C. */
  String function() {
    return name().toLowerCase(Locale.ROOT);
  }
}
