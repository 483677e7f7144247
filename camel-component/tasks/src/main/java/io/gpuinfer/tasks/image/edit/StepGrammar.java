package io.gpuinfer.tasks.image.edit;

import io.gpuinfer.tasks.image.Preset;
import io.gpuinfer.tasks.image.edit.ColorStep.Toward;
import io.gpuinfer.tasks.image.edit.ResizeStep.Mode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads steps from texts such as {@code fit 640x480}. */
final class StepGrammar {

  /** What a message tells who wrote none of these. */
  static final String FORMS =
      "one of resize WxH, fit WxH, cover WxH, thumbnail N or WxH, crop [X Y] WxH, rotate DEGREES,"
          + " flip horizontal|vertical, gray, brightness F, contrast F, saturation F, blur SIGMA,"
          + " normalize PRESET";

  private static final int LARGEST_SIDE = 8192;
  private static final int LARGEST_PLACE = 1 << 20;
  private static final double LARGEST_FACTOR = 10;
  private static final double LEAST_SIGMA = 0.1;
  private static final double LARGEST_SIGMA = 30;
  private static final int ROWS = 2;
  private static final int COLUMNS = 3;

  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern EXTENTS = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
  private static final Pattern WHOLE = Pattern.compile("\\d{1,7}");

  private StepGrammar() {}

  /** The step that a text says; empty where it says none, or one beyond the bounds. */
  static Optional<Step> read(String text) {
    String[] words = SPACES.split(text.strip().toLowerCase(Locale.ROOT));
    List<String> values = List.of(words).subList(1, words.length);
    return switch (words.length) {
      case 1 -> words[0].equals("gray") ? color(Toward.OWN_GRAY, 0) : Optional.empty();
      case 2 -> one(words[0], values.get(0));
      case 4 -> words[0].equals("crop") ? crop(values) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Step> one(String name, String value) {
    return switch (name) {
      case "resize" -> extents(value).map(to -> resize(Mode.STRETCH, to));
      case "fit" -> extents(value).map(to -> resize(Mode.FIT, to));
      case "thumbnail" -> extents(square(value)).map(to -> resize(Mode.REDUCE, to));
      case "cover" -> extents(value).map(CoverStep::of);
      case "crop" ->
          extents(value)
              .map(to -> new CropStep(CropStep.MIDDLE, CropStep.MIDDLE, to.width(), to.height()));
      case "rotate" -> number(value, -360, 360).map(StepGrammar::turn);
      case "flip" ->
          switch (value) {
            case "horizontal" -> Optional.of(new FlipStep(COLUMNS));
            case "vertical" -> Optional.of(new FlipStep(ROWS));
            default -> Optional.empty();
          };
      case "brightness" -> factor(value, Toward.BLACK);
      case "contrast" -> factor(value, Toward.MEAN_GRAY);
      case "saturation" -> factor(value, Toward.OWN_GRAY);
      case "blur" -> number(value, LEAST_SIGMA, LARGEST_SIGMA).map(BlurStep::new);
      case "normalize" -> preset(value);
      default -> Optional.empty();
    };
  }

  private static Step resize(Mode mode, Size to) {
    return new ResizeStep(mode, to.width(), to.height());
  }

  private static Step turn(double degrees) {
    double positive = (degrees % 360 + 360) % 360;
    return positive % 90 == 0 && positive > 0
        ? new QuarterTurnsStep((int) positive / 90)
        : new RotateStep(positive);
  }

  private static Optional<Step> crop(List<String> values) {
    if (!WHOLE.matcher(values.get(0)).matches() || !WHOLE.matcher(values.get(1)).matches()) {
      return Optional.empty();
    }
    int left = Integer.parseInt(values.get(0));
    int top = Integer.parseInt(values.get(1));
    return extents(values.get(2))
        .filter(to -> Math.max(left, top) <= LARGEST_PLACE)
        .map(to -> new CropStep(left, top, to.width(), to.height()));
  }

  private static Optional<Step> factor(String value, Toward toward) {
    return number(value, 0, LARGEST_FACTOR).flatMap(factor -> color(toward, factor));
  }

  private static Optional<Step> color(Toward toward, double factor) {
    return Optional.of(new ColorStep(toward, factor));
  }

  private static Optional<Step> preset(String value) {
    for (Preset preset : Preset.values()) {
      if (preset.name().equalsIgnoreCase(value)) {
        return Optional.of(new NormalizeStep(preset.preprocessing()));
      }
    }
    return Optional.empty();
  }

  private static String square(String value) {
    return WHOLE.matcher(value).matches() ? value + "x" + value : value;
  }

  private static Optional<Size> extents(String value) {
    Matcher matcher = EXTENTS.matcher(value);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Size size = new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    boolean within =
        Math.min(size.width(), size.height()) > 0
            && Math.max(size.width(), size.height()) <= LARGEST_SIDE;
    return within ? Optional.of(size) : Optional.empty();
  }

  private static Optional<Double> number(String value, double least, double most) {
    try {
      double number = Double.parseDouble(value);
      return number >= least && number <= most ? Optional.of(number) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
