package io.gpuinfer.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VideoFramesTest {

  /** Three seconds at 12 frames a second. */
  private static byte[] clip;

  @TempDir static Path folder;

  @BeforeAll
  static void recordClip() throws Exception {
    clip = Files.readAllBytes(TestClip.record(folder.resolve("clip.mp4"), 12, 3));
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 1000", "2, 6, 500", "4, 12, 250", "12, 36, 83.333", "60, 36, 83.333"})
  void shouldSampleAtTheRateAskedFor(double rate, int count, double millisBetween) {
    List<VideoFrame> frames = framesOf(rate);

    assertThat(frames).hasSize(count);
    for (int i = 0; i < count; i++) {
      assertThat(frames.get(i).index()).isEqualTo(i);
      assertThat(frames.get(i).seconds()).isCloseTo(i * millisBetween / 1000, within(0.001));
    }
  }

  @Test
  void shouldShowTheFramesOfTheirTimeInTheirColours() {
    Picture first = framesOf(1).get(0).picture();

    assertThat(first.width()).isEqualTo(TestClip.WIDTH);
    assertThat(first.height()).isEqualTo(TestClip.HEIGHT);
    assertThat(first.rgb(5, 5) & 0xff).isGreaterThan(245);
    assertThat(pixelsOf(first)).anyMatch(p -> (p >> 16 & 0xff) > 140 && (p & 0xff) < 60);
    assertThat(pixelsOf(first)).noneMatch(p -> (p & 0xff) > 140 && (p >> 16 & 0xff) < 60);
  }

  /** Memory that is freed under a running decoder ends the process. */
  @Test
  void shouldBeClosedByAThreadWhileAnotherDecodes() throws Exception {
    for (int round = 0; round < 40; round++) {
      VideoFrames frames = VideoFrames.open(clip, FrameSelection.ALL, VideoLimits.DEFAULT);
      CompletableFuture<Void> decoding =
          CompletableFuture.runAsync(
              () -> {
                while (frames.hasNext()) {
                  try {
                    frames.next();
                  } catch (NoSuchElementException e) {
                    // It was closed meanwhile.
                  }
                }
              });
      Thread.sleep(round % 8);
      frames.close();
      decoding.get(10, TimeUnit.SECONDS);

      assertThat(frames.hasNext()).isFalse();
      assertThatThrownBy(frames::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  @Timeout(20)
  void shouldNotWaitLongForAStreamThatGivesNothingWhenClosed() throws Exception {
    byte[] streamed =
        Files.readAllBytes(
            TestClip.recordShades(
                folder.resolve("stalled.ts"),
                recorder -> {
                  recorder.setFormat("mpegts");
                  recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG2VIDEO);
                  recorder.setFrameRate(25);
                },
                LongStream.range(0, 400).map(i -> 40 * i).toArray()));
    CountDownLatch stalled = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    InputStream stall =
        new InputStream() {
          @Override
          public int read() throws IOException {
            stalled.countDown();
            try {
              goesOn.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }
        };
    int most = streamed.length - 10_000;
    InputStream stream =
        new SequenceInputStream(new ByteArrayInputStream(streamed, 0, most), stall);
    Set<Path> before = temporaryFiles();
    CompletableFuture<Integer> decoding = new CompletableFuture<>();
    CompletableFuture<VideoFrames> opened = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                VideoFrames frames =
                    VideoFrames.open(stream, FrameSelection.ALL, VideoLimits.DEFAULT);
                opened.complete(frames);
                int count = 0;
                while (frames.hasNext()) {
                  frames.next();
                  count++;
                }
                decoding.complete(count);
              } catch (RuntimeException e) {
                opened.completeExceptionally(e);
                decoding.completeExceptionally(e);
              }
            });
    reader.start();
    VideoFrames frames = opened.get(10, TimeUnit.SECONDS);
    stalled.await();

    frames.close();
    goesOn.countDown();

    assertThat(decoding.get(10, TimeUnit.SECONDS)).isPositive();
    reader.join();
    assertThat(temporaryFiles()).isSubsetOf(before);
  }

  private static Set<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("gpu-infer-clip"))
          .collect(Collectors.toSet());
    }
  }

  @ParameterizedTest
  @MethodSource("io.gpuinfer.tasks.Devices#all")
  void shouldLetItsTextBeRead(String device) {
    List<Picture> pictures = framesOf(1).stream().map(VideoFrame::picture).toList();
    try (Task ocr = Devices.task(Devices.ppocr(Map.of()), device)) {
      List<?> results =
          (List<?>)
              ocr.submit(pictures, TaskCall.of(Priority.NORMAL))
                  .toCompletableFuture()
                  .join()
                  .value();

      assertThat(results)
          .extracting(result -> ((OcrResult) result).text())
          .containsExactly(TestClip.textAt(0), TestClip.textAt(1), TestClip.textAt(2));
    }
  }

  @Test
  void shouldReadFilesAndStreamsAsItReadsBytes() {
    int sampled = framesOf(2).size();

    try (VideoFrames file =
            VideoFrames.open(folder.resolve("clip.mp4"), atRate(2), VideoLimits.DEFAULT);
        VideoFrames stream =
            VideoFrames.open(new ByteArrayInputStream(clip), atRate(2), VideoLimits.DEFAULT)) {
      assertThat(all(file)).hasSize(sampled);
      assertThat(all(stream)).hasSize(sampled);
      assertThatThrownBy(file::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1000})
  void shouldRefuseRatesThatAreNone(double rate) {
    assertThatThrownBy(() -> VideoFrames.open(clip, atRate(rate), VideoLimits.DEFAULT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("second");
  }

  private static FrameSelection atRate(double rate) {
    return FrameSelection.ALL.withRate(rate);
  }

  private static List<VideoFrame> framesOf(double rate) {
    try (VideoFrames frames = VideoFrames.open(clip, atRate(rate), VideoLimits.DEFAULT)) {
      return all(frames);
    }
  }

  private static IntStream pixelsOf(Picture picture) {
    return IntStream.range(0, picture.width() * picture.height())
        .map(i -> picture.rgb(i % picture.width(), i / picture.width()));
  }

  private static List<VideoFrame> all(VideoFrames frames) {
    List<VideoFrame> all = new ArrayList<>();
    frames.forEachRemaining(all::add);
    return all;
  }
}
