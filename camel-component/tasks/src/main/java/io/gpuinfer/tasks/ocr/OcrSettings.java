package io.gpuinfer.tasks.ocr;

import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.image.PictureIntake;

/**
 * Settings of the task; the defaults are PP-OCR's own, but for the two that make boxes: its own
 * lose bent lines and spaces.
 *
 * @param limitSide the longest side in which text is looked for; larger pictures are reduced to it
 * @param boxes how boxes are made
 * @param turnScore how sure the direction model must be to turn a line by 180 degrees
 * @param minScore the least score of a line
 * @param answer what to answer with
 */
record OcrSettings(
    int limitSide, BoxFinder boxes, double turnScore, double minScore, OcrAnswer answer) {

  /**
   * PP-OCR's 1.5 cuts so close that the recogniser misses a space in every fourth line of black
   * words on white paper; with 2 it misses hardly any, and dense lines do not run into each other.
   */
  private static final double DEFAULT_UNCLIP = 2;

  /** The settings of the task. */
  static String[] names() {
    return new String[] {
      PictureIntake.MAX_PIXELS,
      "limitSide",
      "binarize",
      "boxThreshold",
      "unclip",
      "turnScore",
      "minScore",
      "answer"
    };
  }

  static OcrSettings of(Settings settings) {
    return new OcrSettings(
        settings.integer("limitSide", 960, 32, 8192),
        new BoxFinder(
            settings.number("binarize", 0.3, 0, 1),
            settings.number("boxThreshold", 0.5, 0, 1),
            settings.number("unclip", DEFAULT_UNCLIP, 0, 10)),
        settings.number("turnScore", 0.9, 0, 1),
        settings.number("minScore", 0.5, 0, 1),
        settings.choice("answer", OcrAnswer.RESULT));
  }
}
