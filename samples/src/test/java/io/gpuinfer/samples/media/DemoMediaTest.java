package io.gpuinfer.samples.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoMediaTest {

  @TempDir Path folder;

  @Test
  void writesTheSameBytesEveryTime() throws Exception {
    DemoMedia first = new DemoMedia(folder.resolve("first"));
    DemoMedia second = new DemoMedia(folder.resolve("second"));
    first.write();
    second.write();

    assertThat(first.invoice()).hasSameBinaryContentAs(second.invoice());
    assertThat(first.streetSign()).hasSameBinaryContentAs(second.streetSign());
    assertThat(first.clip()).hasSameBinaryContentAs(second.clip());
  }

  @Test
  void writesPicturesThatJavaReads() throws Exception {
    DemoMedia media = new DemoMedia(folder);
    media.write();

    BufferedImage invoice = ImageIO.read(media.invoice().toFile());
    assertThat(invoice.getWidth()).isEqualTo(960);
    assertThat(ImageIO.read(media.streetSign().toFile()).getHeight()).isEqualTo(600);
  }

  @Test
  void encodesThreeSecondsOfH264() throws Exception {
    Path file = folder.resolve("clip.mp4");
    MovingTextClip.write(file);

    assertThat(Files.size(file)).isLessThan(200_000);
    try (FFmpegFrameGrabber clip = new FFmpegFrameGrabber(file.toFile())) {
      clip.start();
      assertThat(clip.getVideoCodec()).isEqualTo(avcodec.AV_CODEC_ID_H264);
      assertThat(clip.getLengthInTime() / 1e6).isBetween(2.9, 3.1);
      int frames = 0;
      while (clip.grabImage() != null) {
        frames++;
      }
      assertThat(frames).isEqualTo(36);
    }
  }

  @Test
  void drawsTextWithoutTheFontsOfTheMachine() throws Exception {
    StreetSign.render(1);
    InvoicePage.render();

    Path libraries = Path.of("/proc/self/maps");
    if (Files.exists(libraries)) {
      assertThat(Files.readString(libraries)).doesNotContain("libfontmanager", "libfontconfig");
    }
  }
}
