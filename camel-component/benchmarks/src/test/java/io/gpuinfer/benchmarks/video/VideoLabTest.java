package io.gpuinfer.benchmarks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.VideoFrame;
import io.gpuinfer.tasks.video.VideoFrames;
import io.gpuinfer.tasks.video.VideoLimits;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoLabTest {

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  @TempDir private Path folder;

  @Test
  void shouldReportOnAClipOfEachLength() throws Exception {
    Path clip = record(folder.resolve("blank.mp4"));

    // Whether it was fast enough is for a quiet machine to say.
    int exit = run("--clip", clip.toString(), "--device", "cpu", "--loops", "1,2");

    assertThat(exit).as(messages.toString(StandardCharsets.UTF_8)).isIn(0, 1);
    assertThat(results.toString(StandardCharsets.UTF_8))
        .containsPattern("(?m)^\\| 1× .*\\| +2\\.0 \\|.*\\| +4 \\| +0 \\|")
        .containsPattern("(?m)^\\| 2× .*\\| +4\\.0 \\|.*\\| +8 \\| +0 \\|");
  }

  @Test
  void shouldLetAClipFollowItself() throws Exception {
    Path clip = record(folder.resolve("once.mp4"));
    Path looped = folder.resolve("looped.mp4");

    double seconds = LoopedClip.write(clip, 3, looped);

    assertThat(seconds).isCloseTo(6, within(0.01));
    List<Double> times = new ArrayList<>();
    try (VideoFrames frames =
        VideoFrames.open(looped, FrameSelection.ALL, VideoLimits.DEFAULT)) {
      frames.forEachRemaining((VideoFrame frame) -> times.add(frame.seconds()));
    }
    assertThat(times).hasSize(60).isSorted();
    assertThat(times.get(59)).isCloseTo(5.9, within(0.01));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--loops", "--rate x", "--loops 1,x", "--clip none.mp4", "--fast"})
  void shouldRefuseArgumentsThatMakeNoSense(String arguments) throws Exception {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(messages.toString(StandardCharsets.UTF_8)).isNotBlank();
    assertThat(results.size()).isZero();
  }

  private int run(String... arguments) throws Exception {
    return VideoLab.run(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(messages, true, StandardCharsets.UTF_8),
        arguments);
  }

  /** Two seconds of nothing. */
  private static Path record(Path file) throws Exception {
    avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 320, 192);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setFormat("mp4");
      recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(10);
      recorder.start();
      BufferedImage picture = new BufferedImage(320, 192, BufferedImage.TYPE_3BYTE_BGR);
      for (int i = 0; i < 20; i++) {
        recorder.record(converter.convert(picture));
      }
      recorder.stop();
    }
    return file;
  }
}
