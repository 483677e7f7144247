package io.gpuinfer.tasks.video;

import io.gpuinfer.tasks.Lettering;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
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
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT)) {
      mp4(recorder);
      recorder.setFrameRate(framesPerSecond);
      record(recorder, framesPerSecond * seconds, i -> frame(i, framesPerSecond));
    }
    return file;
  }

  static String textAt(int second) {
    return TEXTS.get(second);
  }

  /**
   * Gray pictures of 64 × 48, each lighter than the one before it.
   *
   * @param more what else is set
   * @param millis when each is shown, in whole hundredths of a second
   */
  static Path recordShades(Path file, Consumer<FFmpegFrameRecorder> more, long... millis)
      throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 64, 48)) {
      mp4(recorder);
      recorder.setFrameRate(100);
      more.accept(recorder);
      record(recorder, millis.length, i -> filled(64, 48, shade(i)), i -> 1000 * millis[i]);
    }
    return file;
  }

  /** The level of one of the shades; they begin anew after twelve. */
  static int shade(int index) {
    return 20 + 18 * (index % 12);
  }

  /** Pictures of one size, 25 a second, of which a function says what they show. */
  static Path record(
      Path file,
      int width,
      int height,
      Consumer<FFmpegFrameRecorder> more,
      int count,
      IntFunction<BufferedImage> pictures)
      throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), width, height)) {
      mp4(recorder);
      recorder.setFrameRate(25);
      more.accept(recorder);
      record(recorder, count, pictures);
    }
    return file;
  }

  /** Writes a clip that ends when the stream takes no more. */
  static void recordEndless(OutputStream target) throws Exception {
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(target, 64, 48)) {
      mp4(recorder);
      recorder.setFormat("mpegts");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG2VIDEO);
      recorder.setFrameRate(25);
      record(recorder, Integer.MAX_VALUE, i -> filled(64, 48, shade(i)));
    }
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

  static BufferedImage filled(int width, int height, int gray) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    fill(image, 0, 0, width, height, new Color(gray, gray, gray));
    return image;
  }

  static void fill(BufferedImage image, int x, int y, int width, int height, Color color) {
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(x, y, width, height);
    graphics.dispose();
  }

  private static void mp4(FFmpegFrameRecorder recorder) {
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    recorder.setFormat("mp4");
    recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
    recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
    recorder.setVideoBitrate(2_000_000);
  }

  private static void record(
      FFmpegFrameRecorder recorder, int count, IntFunction<BufferedImage> pictures)
      throws Exception {
    record(recorder, count, pictures, i -> -1);
  }

  private static void record(
      FFmpegFrameRecorder recorder,
      int count,
      IntFunction<BufferedImage> pictures,
      IntToLongFunction micros)
      throws Exception {
    try (Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.start();
      for (int i = 0; i < count; i++) {
        long time = micros.applyAsLong(i);
        if (time >= 0) {
          recorder.setTimestamp(time);
        }
        recorder.record(converter.convert(pictures.apply(i)));
      }
      recorder.stop();
    }
  }

  private static BufferedImage frame(int index, int framesPerSecond) {
    BufferedImage image = filled(WIDTH, HEIGHT, 255);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(new Color(180, 0, 0));
    int x = 20 + 4 * (index % framesPerSecond);
    Lettering.write(graphics, textAt(index / framesPerSecond), x, 100, 52);
    graphics.dispose();
    return image;
  }
}
