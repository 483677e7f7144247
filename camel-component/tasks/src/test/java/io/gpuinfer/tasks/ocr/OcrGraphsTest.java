package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.tasks.image.Normalization;
import io.gpuinfer.tasks.image.Picture;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the same arithmetic written as plain loops, on every device. */
class OcrGraphsTest {

  private static final List<Double> MEAN = List.of(0.5, 0.4, 0.3);
  private static final List<Double> DEVIATION = List.of(0.2, 0.25, 0.5);

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldResizeAndNormalise(String device) {
    try (InferenceSession session =
        load(device, OcrGraphs.resize(Normalization.parts(MEAN, DEVIATION)))) {
      for (int[] size : new int[][] {{40, 30, 32, 64}, {17, 90, 64, 32}, {32, 32, 32, 32}}) {
        Picture picture = noise(size[0], size[1]);
        int width = size[2];
        int height = size[3];

        Tensor resized =
            session
                .run(
                    Map.of(
                        OcrGraphs.IMAGE, picture.pixels(),
                        OcrGraphs.SIZES, Tensor.of(new long[] {1, 3, height, width}, 4)))
                .get(OcrGraphs.PIXELS);

        assertThat(resized.shape()).containsExactly(1, 3, height, width);
        for (int i = 0; i < resized.size(); i++) {
          int channel = i / (width * height);
          double x = (i % width + 0.5) * picture.width() / width - 0.5;
          double y = (i / width % height + 0.5) * picture.height() / height - 0.5;
          double level = at(picture, channel, x, y) / 255;
          assertThat(resized.doubleAt(i))
              .isCloseTo((level - MEAN.get(channel)) / DEVIATION.get(channel), within(1e-4));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldCutOutAndTurnTheLinesOfAStrip(String device) {
    try (InferenceSession session = load(device, OcrGraphs.sample())) {
      Picture picture = noise(70, 50);
      Strip strip = new Strip();
      Quad turned = new RotatedRectangle(new Point(35, 25), 40, 10, Math.toRadians(20)).quad();
      Quad beyondTheEdge =
          Quad.of(
              List.of(new Point(50, 30), new Point(90, 30), new Point(90, 60), new Point(50, 60)));
      List<Strip.Part> parts = List.of(strip.add(turned, 120), strip.add(beyondTheEdge, 64));

      Tensor sampled =
          session
              .run(
                  Map.of(
                      OcrGraphs.IMAGE, picture.pixels(),
                      OcrGraphs.GRID, strip.grid(picture)))
              .get(OcrGraphs.PIXELS);

      assertThat(sampled.shape()).containsExactly(1, 3, Strip.HEIGHT, 1024);
      for (Strip.Part part : parts) {
        float[] line = Strip.batch(1, part.width());
        Strip.copy(sampled, part, false, line, 0, part.width());
        assertLine(picture, part, line);
      }
    }
  }

  private static void assertLine(Picture picture, Strip.Part part, float[] line) {
    for (int i = 0; i < line.length; i++) {
      double right = (i % part.width() + 0.5) / part.width();
      double down = (i / part.width() % Strip.HEIGHT + 0.5) / Strip.HEIGHT;
      Quad box = part.box();
      double x =
          box.topLeft().x()
              + right * (box.topRight().x() - box.topLeft().x())
              + down * (box.bottomLeft().x() - box.topLeft().x());
      double y =
          box.topLeft().y()
              + right * (box.topRight().y() - box.topLeft().y())
              + down * (box.bottomLeft().y() - box.topLeft().y());
      int channel = i / (part.width() * Strip.HEIGHT);
      assertThat((double) line[i]).isCloseTo(at(picture, channel, x, y) / 127.5 - 1, within(2e-3));
    }
  }

  /** Bilinear, with the edge's colour beyond the edge; channel 0 is blue. */
  private static double at(Picture picture, int channel, double x, double y) {
    double inX = Math.max(0, Math.min(picture.width() - 1, x));
    double inY = Math.max(0, Math.min(picture.height() - 1, y));
    int left = (int) inX;
    int top = (int) inY;
    int right = Math.min(left + 1, picture.width() - 1);
    int bottom = Math.min(top + 1, picture.height() - 1);
    double dx = inX - left;
    double dy = inY - top;
    return (1 - dy)
            * ((1 - dx) * level(picture, channel, left, top)
                + dx * level(picture, channel, right, top))
        + dy
            * ((1 - dx) * level(picture, channel, left, bottom)
                + dx * level(picture, channel, right, bottom));
  }

  private static double level(Picture picture, int channel, int x, int y) {
    return (picture.rgb(x, y) >> (8 * channel)) & 0xff;
  }

  private static Picture noise(int width, int height) {
    Random random = new Random(width);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    Picture picture = Picture.of(image);
    assertThat(picture.pixels().type()).isEqualTo(DataType.UINT8);
    return picture;
  }

  private static InferenceSession load(String device, ModelSource graph) {
    return DevicePolicy.installed().choose(device).load(graph, LoadOptions.builder());
  }
}
