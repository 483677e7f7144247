package io.gpuinfer.tasks.video;

import io.gpuinfer.engine.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rectangle for pictures to fit within. They keep their proportions, and none is made larger.
 *
 * @param width pixels from left to right, of the upright picture
 * @param height pixels from top to bottom
 */
public record FrameSize(int width, int height) {

  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:[x×](\\d{1,5}))?");

  public FrameSize {
    if (width < 1 || height < 1) {
      throw new InvalidInputException(
          "Frames have a width and a height of at least 1, not " + width + "x" + height);
    }
  }

  /**
   * Reads {@code 1280x720}, or {@code 1280} for a square, within which the longer side fits.
   *
   * @throws InvalidInputException when the text is neither
   */
  public static FrameSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new InvalidInputException(
          "'%s' is no size of frames: write 1280 or 1280x720".formatted(text));
    }
    int width = Integer.parseInt(matcher.group(1));
    return new FrameSize(
        width, matcher.group(2) == null ? width : Integer.parseInt(matcher.group(2)));
  }

  /** What a picture of that size becomes. */
  FrameSize fit(FrameSize picture) {
    double scale =
        Math.min(1, Math.min((double) width / picture.width, (double) height / picture.height));
    return new FrameSize(
        (int) Math.max(1, Math.round(picture.width * scale)),
        (int) Math.max(1, Math.round(picture.height * scale)));
  }

  FrameSize turned() {
    return new FrameSize(height, width);
  }
}
