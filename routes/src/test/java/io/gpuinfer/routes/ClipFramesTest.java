package io.gpuinfer.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Java2DFrameConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipFramesTest {

  @TempDir Path folder;

  @Test
  void samplesAtTheRateThatIsAskedFor() throws Exception {
    byte[] clip = clip(10, 30);

    assertThat(millis(clip, 2.0))
        .hasSize(6)
        .last()
        .satisfies(last -> assertThat(last).isCloseTo(2500.0, within(1.0)));
    assertThat(millis(clip, 0.5)).containsExactly(0.0, 2000.0);
    assertThat(millis(clip, null)).containsExactly(0.0, 1000.0, 2000.0);
  }

  @Test
  void readsEachFrameOnceWhenTheClipHasFewer() throws Exception {
    assertThat(millis(clip(2, 6), 30.0)).hasSize(6).doesNotHaveDuplicates();
  }

  @Test
  void refusesMoreFramesThanAreReadFromOneClip() throws Exception {
    UserRequest request = UserRequest.ofVideo(1, clip(1, 301), 1);

    assertThatThrownBy(() -> ClipFrames.open(request))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("300 frames");
  }

  @Test
  void neverFollowsAPlaylist() throws Exception {
    Path segment = Files.write(folder.resolve("segment.mp4"), clip(10, 10));
    String playlist =
        """
        #EXTM3U
        #EXT-X-TARGETDURATION:1
        #EXTINF:1,
        %s
        #EXT-X-ENDLIST
        """
            .formatted(segment.toUri());
    UserRequest request = UserRequest.ofVideo(1, playlist.getBytes(StandardCharsets.UTF_8), 1);

    assertThatThrownBy(() -> ClipFrames.open(request)).isInstanceOf(InvalidInputException.class);
  }

  private static List<Double> millis(byte[] clip, Double fps) {
    List<Double> times = new ArrayList<>();
    try (ClipFrames frames = ClipFrames.open(new UserRequest(1, "video", clip, null, fps))) {
      frames.forEachRemaining(
          frame -> {
            assertThat(frame.picture().width()).isEqualTo(64);
            times.add(frame.millis());
          });
    }
    return times;
  }

  private byte[] clip(int framesPerSecond, int count) throws Exception {
    Path file = folder.resolve("clip.mp4");
    try (FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), 64, 64);
        Java2DFrameConverter converter = new Java2DFrameConverter()) {
      recorder.setFormat("mp4");
      recorder.setVideoCodecName("mpeg4");
      recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
      recorder.setFrameRate(framesPerSecond);
      recorder.start();
      BufferedImage picture = new BufferedImage(64, 64, BufferedImage.TYPE_3BYTE_BGR);
      for (int i = 0; i < count; i++) {
        recorder.record(converter.convert(picture));
      }
      recorder.stop();
    }
    return Files.readAllBytes(file);
  }
}
