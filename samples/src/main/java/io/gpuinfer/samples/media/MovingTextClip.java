package io.gpuinfer.samples.media;

import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/**
 * A short H.264 clip: a line of text drifts over the picture and is replaced every second.
 *
 * <p>Encoded by OpenH264, the H.264 encoder of FFmpeg's LGPL build.
 */
public final class MovingTextClip {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int FRAMES_PER_SECOND = 12;
  private static final int BITS_PER_SECOND = 1_500_000;
  private static final List<String> LINES =
      List.of("PLATFORM 4", "TRAIN TO BERGEN", "DEPARTS 10:45");

  private MovingTextClip() {}

  /** What is to be read in each second of the clip. */
  public static List<String> lines() {
    return LINES;
  }

  /** Writes the clip as an MP4 file. */
  public static void write(Path file) throws IOException {
    // FFmpeg describes every stream on standard error otherwise.
    avutil.av_log_set_level(avutil.AV_LOG_ERROR);
    OutlineFont font = OutlineFont.load();
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setFormat("mp4");
      recorder.setVideoCodecName("libopenh264");
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(FRAMES_PER_SECOND);
      recorder.setVideoBitrate(BITS_PER_SECOND);
      // Several encoder threads cut a frame into slices: other bytes on another machine.
      recorder.setVideoOption("threads", "1");
      recorder.start();
      for (int i = 0; i < LINES.size() * FRAMES_PER_SECOND; i++) {
        // The frame is the converter's own and is used again: closing it here would free it twice.
        recorder.record(converter.convert(render(font, i)));
      }
      recorder.stop();
    }
  }

  private static BufferedImage render(OutlineFont font, int index) {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D g = picture.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setPaint(new GradientPaint(0, 0, new Color(0x102a43), 0, HEIGHT, new Color(0x243b53)));
      g.fillRect(0, 0, WIDTH, HEIGHT);
      g.setColor(new Color(0x486581));
      g.fillRect(0, HEIGHT - 60, WIDTH, 8);
      g.setColor(new Color(0xffd166));
      String line = LINES.get(index / FRAMES_PER_SECOND);
      double x = 30 + (index % FRAMES_PER_SECOND) * 6.0;
      g.fill(font.outline(line, 56, x, 190));
    } finally {
      g.dispose();
    }
    return picture;
  }
}
