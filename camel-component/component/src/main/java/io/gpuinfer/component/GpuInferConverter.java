package io.gpuinfer.component;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.tasks.detection.DrawnDetections;
import io.gpuinfer.tasks.embedding.Embedding;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.camel.Converter;

/** Converts what bodies usually are into numbers, tensors and pictures, and vectors into lists. */
@Converter(generateLoader = true)
public final class GpuInferConverter {

  private static final int MOST_CHARACTERS = 1 << 26;
  private static final int SHORT = 40;

  private static final PictureReader PICTURES = new PictureReader(PictureReader.DEFAULT_MAX_PIXELS);

  private GpuInferConverter() {}

  @Converter
  public static float[] toFloats(Collection<?> numbers) {
    float[] floats = new float[numbers.size()];
    int at = 0;
    for (Object number : numbers) {
      if (!(number instanceof Number value)) {
        throw new InvalidInputException(
            "Element %d of the list is no number: %s".formatted(at, number));
      }
      floats[at++] = value.floatValue();
    }
    return floats;
  }

  @Converter
  public static float[] toFloats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }

  @Converter
  public static float[] toFloats(int[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = numbers[i];
    }
    return floats;
  }

  /**
   * Takes numbers between commas, with or without the brackets of a JSON array around them.
   *
   * @throws InvalidInputException when one of them is none, or the text is over 64 Mi characters
   */
  @Converter
  public static float[] toFloats(String list) {
    if (list.length() > MOST_CHARACTERS) {
      throw new InvalidInputException(
          "A text of %d characters is over the limit of %d for numbers between commas"
              .formatted(list.length(), MOST_CHARACTERS));
    }
    String text = list.strip();
    if (text.startsWith("[") && text.endsWith("]")) {
      text = text.substring(1, text.length() - 1).strip();
    }
    float[] floats = new float[1 + (int) text.chars().filter(c -> c == ',').count()];
    int from = 0;
    for (int i = 0; i < floats.length; i++) {
      int comma = text.indexOf(',', from);
      String part = text.substring(from, comma < 0 ? text.length() : comma).strip();
      from = comma + 1;
      try {
        floats[i] = Float.parseFloat(part);
      } catch (NumberFormatException e) {
        throw new InvalidInputException(
            "Element %d of the text is no number: '%s'"
                .formatted(i, part.substring(0, Math.min(SHORT, part.length()))));
      }
    }
    return floats;
  }

  /** The elements in row-major order, whatever type they have. */
  @Converter
  public static float[] toFloats(Tensor tensor) {
    return tensor.toFloat32().toFloatArray();
  }

  @Converter
  public static float[] toFloats(Embedding embedding) {
    return embedding.vector();
  }

  /** Values as the clients of vector stores take them. */
  @Converter
  public static List<Float> toList(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  /** A tensor of rank 1. */
  @Converter
  public static Tensor toTensor(float[] values) {
    return Tensor.of(values, values.length);
  }

  @Converter
  public static byte[] toBytes(DrawnDetections drawn) {
    return drawn.file();
  }

  @Converter
  public static InputStream toStream(DrawnDetections drawn) {
    return new ByteArrayInputStream(drawn.file());
  }

  @Converter
  public static Picture toPicture(byte[] file) {
    return PICTURES.read(file);
  }

  @Converter
  public static Picture toPicture(InputStream file) throws IOException {
    try (file) {
      return PICTURES.read(file);
    }
  }

  @Converter
  public static Picture toPicture(File file) {
    return PICTURES.read(file);
  }

  @Converter
  public static Picture toPicture(BufferedImage image) {
    return PICTURES.read(image);
  }

  @Converter
  public static BufferedImage toImage(Picture picture) {
    return picture.toImage();
  }
}
