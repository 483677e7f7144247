package io.gpuinfer.tasks.video;

import org.bytedeco.ffmpeg.global.avutil;

/**
 * How a frame is turned to be shown: by quarters, and maybe mirrored. What is between is shown as
 * the nearest quarter.
 *
 * @param quarters clockwise, from 0 to 3
 * @param mirrored whether left and right change places, after the turn
 */
record Rotation(int quarters, boolean mirrored) {

  /**
   * Reads the matrix that cameras write into their clips.
   *
   * @param matrix of 3 × 3 numbers, row by row, as in ISO/IEC 14496-12; zeros for none
   */
  static Rotation of(int[] matrix) {
    // In pixels of the frame: x to matrix[0], matrix[1], and y to matrix[3], matrix[4].
    boolean mirrored = (long) matrix[0] * matrix[4] - (long) matrix[1] * matrix[3] < 0;
    int[] unmirrored = matrix.clone();
    if (mirrored) {
      avutil.av_display_matrix_flip(unmirrored, 1, 0);
    }
    double degrees = -avutil.av_display_rotation_get(unmirrored);
    if (Double.isNaN(degrees)) {
      return new Rotation(0, false);
    }
    return new Rotation(Math.floorMod(Math.round(degrees / 90), 4), mirrored);
  }

  boolean isSideways() {
    return quarters % 2 != 0;
  }

  /** In FFmpeg's notation; empty for none. */
  String filters() {
    String turn =
        switch (quarters) {
          case 1 -> "transpose=clock";
          case 2 -> "hflip,vflip";
          case 3 -> "transpose=cclock";
          default -> "";
        };
    if (!mirrored) {
      return turn;
    }
    return turn.isEmpty() ? "hflip" : turn + ",hflip";
  }
}
