package io.gpuinfer.tasks.image;

import io.gpuinfer.tasks.Settings;
import io.gpuinfer.tasks.image.Resizing.Mode;
import io.gpuinfer.tasks.image.Resizing.Position;
import java.util.List;
import java.util.stream.Stream;

/**
 * How a picture becomes a model's input.
 *
 * @param resizing to the size of the input
 * @param channels their order
 * @param normalization of the levels
 * @param layout whether channels come before rows
 */
public record Preprocessing(
    Resizing resizing, Channels channels, Normalization normalization, Layout layout) {

  private static final String SECTION = "preprocessing.";
  private static final int LARGEST_SIDE = 8192;
  private static final int CHANNELS = 3;

  /** Settings that {@link #of} reads, of the section {@code preprocessing}. */
  private static final List<String> NAMES =
      List.of(
          "preset",
          "resize",
          "width",
          "height",
          "crop",
          "interpolation",
          "antialias",
          "multiple",
          "padding",
          "position",
          "channels",
          "scale",
          "mean",
          "deviation",
          "layout");

  /** The order of a pixel's channels. */
  public enum Channels {
    RGB,
    BGR
  }

  /** The order of the input's axes. */
  public enum Layout {
    /** As the model's input says: the axis of extent 3 is that of the channels. */
    AUTO,
    /** [1, channels, height, width]. */
    NCHW,
    /** [1, height, width, channels]. */
    NHWC
  }

  /** The names of all settings that a task knows: those read here, and its own. */
  public static String[] names(String... own) {
    return Stream.concat(Stream.of(own), NAMES.stream().map(SECTION::concat))
        .toArray(String[]::new);
  }

  /**
   * Reads the section {@code preprocessing}: {@code preset}, and what replaces its values.
   *
   * @param otherwise the preset where none is named
   * @throws io.gpuinfer.engine.ModelLoadException when a setting makes no sense
   */
  public static Preprocessing of(Settings settings, Preset otherwise) {
    Preprocessing preset = settings.choice(SECTION + "preset", otherwise).preprocessing();
    Resizing resizing = preset.resizing();
    Normalization normalization = preset.normalization();
    return new Preprocessing(
        new Resizing(
            settings.<Mode>choice(SECTION + "resize", resizing.mode()),
            settings.integer(SECTION + "width", resizing.width(), 0, LARGEST_SIDE),
            settings.integer(SECTION + "height", resizing.height(), 0, LARGEST_SIDE),
            settings.number(SECTION + "crop", resizing.crop(), 0.1, 1),
            new Resampling(
                settings.choice(SECTION + "interpolation", resizing.resampling().interpolation()),
                settings.flag(SECTION + "antialias", resizing.resampling().antialias())),
            settings.integer(SECTION + "multiple", resizing.multiple(), 0, 256),
            settings.integer(SECTION + "padding", resizing.padding(), 0, 255),
            settings.<Position>choice(SECTION + "position", resizing.position())),
        settings.choice(SECTION + "channels", preset.channels()),
        new Normalization(
            settings.number(SECTION + "scale", normalization.scale(), 1e-6, 1e6),
            settings.numbers(SECTION + "mean", normalization.mean(), CHANNELS, -1e6, 1e6),
            settings.numbers(
                SECTION + "deviation", normalization.deviation(), CHANNELS, 1e-6, 1e6)),
        settings.choice(SECTION + "layout", preset.layout()));
  }
}
