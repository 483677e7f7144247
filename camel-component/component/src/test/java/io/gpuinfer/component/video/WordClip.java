package io.gpuinfer.component.video;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;

/** A clip that a test records itself: a word comes and goes. */
final class WordClip {

  static final String WORD = "HILL";

  private static final int FRAMES_PER_SECOND = 10;

  private WordClip() {}

  /** Writes an H.264 clip in which the word is to be seen between two times. */
  static byte[] record(Path file, int seconds, double from, double to) throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 400, 160);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      avutil.av_log_set_level(avutil.AV_LOG_QUIET);
      recorder.setFormat("mp4");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
      recorder.setVideoCodecName("libopenh264");
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(FRAMES_PER_SECOND);
      recorder.setVideoBitrate(1_000_000);
      recorder.start();
      for (int i = 0; i < FRAMES_PER_SECOND * seconds; i++) {
        double time = (double) i / FRAMES_PER_SECOND;
        recorder.record(converter.convert(frame(time >= from && time < to)));
      }
      recorder.stop();
    }
    return Files.readAllBytes(file);
  }

  /** The word in letters made of bars, since a machine may have no fonts. */
  private static BufferedImage frame(boolean word) {
    BufferedImage image = new BufferedImage(400, 160, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setBackground(Color.WHITE);
    graphics.clearRect(0, 0, 400, 160);
    graphics.setColor(Color.BLACK);
    int[][] bars = {
      {100, 50, 8, 60},
      {132, 50, 8, 60},
      {100, 76, 40, 8},
      {158, 50, 8, 60},
      {184, 50, 8, 60},
      {184, 102, 34, 8},
      {234, 50, 8, 60},
      {234, 102, 34, 8}
    };
    for (int[] bar : word ? bars : new int[0][]) {
      graphics.fillRect(bar[0], bar[1], bar[2], bar[3]);
    }
    graphics.dispose();
    return image;
  }
}
