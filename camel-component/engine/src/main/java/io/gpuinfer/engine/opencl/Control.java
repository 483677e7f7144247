package io.gpuinfer.engine.opencl;

/**
 * The words by which host and kernel talk; {@code common.cl} and {@code simd-run.cl} say the same.
 */
final class Control {

  static final int FIRST_PASS = 0;
  static final int RUN = 1;
  static final int IS_FIRST_CALL = 2;
  static final int LAST_PASS = 3;
  static final int RESIDENT_PASSES = 4;
  static final int PARTS = 5;

  private static final int TAKEN = 48;
  private static final int LINE = 16;

  private Control() {}

  /** How many words there are for so many workers. */
  static int words(int workers) {
    return TAKEN + workers * LINE;
  }
}
