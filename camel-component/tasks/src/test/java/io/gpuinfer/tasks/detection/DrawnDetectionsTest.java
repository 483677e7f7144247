package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureFormat;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DrawnDetectionsTest {

  private static final int ORANGE = 0xFFE69F00;

  /** On a picture of 500 × 400 a line is one pixel wide. */
  @Test
  void shouldDrawAFrameAndLeaveTheRest() throws IOException {
    Picture picture = TestPictures.noise(500, 400);
    Box box = new Box(100.4, 50.4, 200.2, 120);

    BufferedImage image = drawn(picture, new Detection("cat", 0, 0.5, box, List.of()));

    assertThat(image.getWidth()).isEqualTo(500);
    assertThat(image.getHeight()).isEqualTo(400);
    for (int x = 100; x < 201; x++) {
      assertThat(image.getRGB(x, 50)).isEqualTo(ORANGE);
      assertThat(image.getRGB(x, 119)).isEqualTo(ORANGE);
    }
    for (int y = 50; y < 120; y++) {
      assertThat(image.getRGB(100, y)).isEqualTo(ORANGE);
      assertThat(image.getRGB(200, y)).isEqualTo(ORANGE);
    }
    for (int[] place :
        new int[][] {{101, 51}, {199, 118}, {99, 60}, {201, 60}, {150, 120}, {0, 0}}) {
      assertThat(image.getRGB(place[0], place[1]) & 0xFFFFFF)
          .isEqualTo(picture.rgb(place[0], place[1]));
    }
  }

  @Test
  void shouldGiveClassesTheirColours() throws IOException {
    Picture picture = TestPictures.noise(60, 60);

    BufferedImage image =
        drawn(
            picture,
            new Detection("a", 0, 0.9, new Box(30, 30, 40, 40), List.of(new Keypoint(35, 35))),
            new Detection("b", 1, 0.8, new Box(30, 50, 40, 60), List.of()));

    assertThat(image.getRGB(35, 30)).isEqualTo(ORANGE);
    assertThat(image.getRGB(35, 35)).isEqualTo(ORANGE);
    assertThat(image.getRGB(35, 59)).isNotEqualTo(ORANGE);
  }

  /** What is beyond the edge is cut off, down to a picture of one pixel. */
  @Test
  void shouldDrawOnPicturesOfAnySize() throws IOException {
    for (int[] size : new int[][] {{1, 1}, {4000, 2}, {2, 4000}}) {
      Box whole = new Box(0, 0, size[0], size[1]);

      BufferedImage image =
          drawn(
              TestPictures.noise(size[0], size[1]),
              new Detection("☃ a long label, longer than any of them is", 3, 1, whole, List.of()));

      assertThat(image.getWidth()).isEqualTo(size[0]);
      assertThat(image.getHeight()).isEqualTo(size[1]);
    }
  }

  /** By one who knows how to read. */
  @Test
  void shouldWriteLegibly() throws IOException {
    BufferedImage white = new BufferedImage(1200, 900, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 1200 * 900; i++) {
      white.setRGB(i % 1200, i / 1200, 0xFFFFFF);
    }
    Box box = new Box(300, 300, 800, 700);

    BufferedImage image =
        drawn(Picture.of(white), new Detection("traffic light", 0, 0.87, box, List.of()));

    try (Task ocr = Devices.task(Devices.ppocr(Map.of()), "cpu")) {
      OcrResult read =
          (OcrResult)
              ocr.submit(image, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join().value();
      assertThat(read.text()).isEqualTo("TRAFFIC LIGHT 0.87");
    }
  }

  private static BufferedImage drawn(Picture picture, Detection... detections) throws IOException {
    DetectionResult result =
        new DetectionResult(picture.width(), picture.height(), List.of(detections));
    DrawnDetections drawn = DrawnDetections.of(picture, result, PictureFormat.PNG);
    assertThat(drawn.mediaType()).isEqualTo("image/png");
    return ImageIO.read(new ByteArrayInputStream(drawn.file()));
  }
}
