package io.gpuinfer.tasks.ocr;

/** One box on its way to text: where it lies in the strip, and what was found out about it. */
final class TextLine {

  /** The widest line that is not squeezed: 3200 columns are some 200 characters. */
  private static final int WIDEST = 3200;

  private static final int NARROWEST = 8;

  private final Quad box;
  private final Strip.Part full;
  private final Strip.Part squeezed;
  private boolean upsideDown;
  private CtcDecoder.Reading reading = new CtcDecoder.Reading("", 0);

  /**
   * Lays a box into a strip.
   *
   * @param squeezedWidth columns for the direction model; 0 without one
   */
  TextLine(Quad quad, Strip strip, int squeezedWidth) {
    box = quad.upright();
    double columns = Math.ceil(Strip.HEIGHT * box.width() / Math.max(1, box.height()));
    int width = (int) Math.max(NARROWEST, Math.min(WIDEST, columns));
    full = strip.add(box, width);
    squeezed = squeezedWidth == 0 ? null : strip.add(box, Math.min(squeezedWidth, width));
  }

  /** The line's pixels in the strip. */
  Strip.Part full() {
    return full;
  }

  /** The line's pixels for the direction model, squeezed where it is wide. */
  Strip.Part squeezed() {
    return squeezed;
  }

  int width() {
    return full.width();
  }

  boolean isUpsideDown() {
    return upsideDown;
  }

  void turn() {
    upsideDown = true;
  }

  void read(CtcDecoder.Reading text) {
    reading = text;
  }

  double score() {
    return reading.score();
  }

  boolean isBlank() {
    return reading.text().isBlank();
  }

  /** Where it is, from where its text begins. */
  Quad box() {
    return upsideDown ? box.upsideDown() : box;
  }

  /** The answer, with the box scaled into another picture. */
  OcrLine answer(int paragraph, double scaleX, double scaleY) {
    Quad scaled = box().scaled(scaleX, scaleY);
    return new OcrLine(
        reading.text(), reading.score(), scaled.angle(), paragraph, scaled.corners());
  }
}
