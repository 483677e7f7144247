package io.gpuinfer.tasks.video;

import io.gpuinfer.tasks.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.Java2DFrameConverter;

/** Clips that a test records itself. */
final class TestClip {

  static final int WIDTH = 480;
  static final int HEIGHT = 160;

  private static final List<String> TEXTS =
      List.of("Departs 10:45", "Arrives 12:30", "Delayed today");

  private TestClip() {}

  /** Text that moves to the right; each second says something else. */
  static Path record(Path file, int framesPerSecond, int seconds) throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      avutil.av_log_set_level(avutil.AV_LOG_ERROR);
      recorder.setFormat("mp4");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(framesPerSecond);
      recorder.setVideoBitrate(2_000_000);
      recorder.start();
      for (int i = 0; i < framesPerSecond * seconds; i++) {
        recorder.record(converter.convert(frame(i, framesPerSecond)));
      }
      recorder.stop();
    }
    return file;
  }

  static String textAt(int second) {
    return TEXTS.get(second);
  }

  /** A clip of silence without any picture. */
  static Path recordSound(Path file) throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 1)) {
      recorder.setFormat("mp4");
      recorder.setAudioCodec(avcodec.AV_CODEC_ID_AAC);
      recorder.setSampleRate(44100);
      recorder.start();
      Frame sound = new Frame();
      sound.sampleRate = 44100;
      sound.audioChannels = 1;
      sound.samples = new FloatBuffer[] {FloatBuffer.allocate(44100)};
      recorder.record(sound);
      recorder.stop();
    }
    return file;
  }

  private static BufferedImage frame(int index, int framesPerSecond) {
    BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, WIDTH, HEIGHT);
    graphics.setColor(new Color(180, 0, 0));
    int x = 20 + 4 * (index % framesPerSecond);
    Lettering.write(graphics, textAt(index / framesPerSecond), x, 100, 52);
    graphics.dispose();
    return image;
  }
}
