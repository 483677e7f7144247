package io.gpuinfer.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.tasks.image.Picture;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clips as cameras, screens and television make them, and the parts of them that are wanted. */
class ClipKindsTest {

  private static final Offset<Integer> NEARLY = within(10);

  @TempDir static Path folder;

  @Test
  void shouldGoByTheTimeStampsOfAVariableFrameRate() throws Exception {
    Path clip = shades("variable.mp4", recorder -> {}, 0, 40, 80, 500, 520, 1300, 2000);

    assertThat(times(clip, FrameSelection.ALL.withRate(2))).containsExactly(0.0, 0.5, 1.3, 2.0);
    assertThat(levels(clip, FrameSelection.ALL.withRate(2)))
        .containsExactly(shade(0), shade(3), shade(5), shade(6));
    assertThat(times(clip, FrameSelection.ALL))
        .containsExactly(0.0, 0.04, 0.08, 0.5, 0.52, 1.3, 2.0);
  }

  @ParameterizedTest
  @CsvSource({
    "mp4, 12", // MPEG-4 Part 2
    "matroska, 12",
    "avi, 12",
    "mpegts, 2" // MPEG-2
  })
  void shouldBeginAndEndWhereAsked(String format, int codec) throws Exception {
    Path clip =
        shades(
            "part." + format,
            recorder -> {
              recorder.setFormat(format);
              recorder.setVideoCodec(codec);
              recorder.setFrameRate(25);
              recorder.setGopSize(10);
            },
            LongStream.range(0, 100).map(i -> 40 * i).toArray());
    FrameSelection part =
        FrameSelection.ALL
            .withRate(5)
            .withStart(Duration.ofMillis(1480))
            .withDuration(Duration.ofSeconds(1));

    assertThat(times(clip, part)).containsExactly(1.48, 1.68, 1.88, 2.08, 2.28);
    assertThat(levels(clip, part))
        .containsExactly(shade(37), shade(42), shade(47), shade(52), shade(57));
    assertThat(times(clip, part.withMaxFrames(2))).containsExactly(1.48, 1.68);
  }

  /** AVI has no time at which frames are shown, only the order in which they are decoded. */
  @Test
  void shouldTakeAviWhoseFramesAreNotInTheOrderOfDecoding() throws Exception {
    long[] millis = LongStream.range(0, 1500).map(i -> 40 * i).toArray();
    Path clip =
        shades(
            "reordered.avi",
            recorder -> {
              recorder.setFormat("avi");
              recorder.setFrameRate(25);
              recorder.setMaxBFrames(2);
            },
            millis);

    List<Double> times = times(clip, FrameSelection.ALL);

    assertThat(times).hasSize(1500).isSorted();
    for (int i = 0; i < 1500; i++) {
      assertThat(times.get(i)).isCloseTo(0.04 * i, within(0.081));
    }
    assertThat(levels(clip, FrameSelection.ALL.withMaxFrames(12)))
        .containsExactlyElementsOf(IntStream.range(0, 12).mapToObj(TestClip::shade).toList());
  }

  @Test
  void shouldGiveKeyFramesAlone() throws Exception {
    Path clip =
        shades(
            "keys.mp4",
            recorder -> {
              recorder.setGopSize(10);
              recorder.setVideoOption("sc_threshold", "1000000000");
            },
            LongStream.range(0, 35).map(i -> 40 * i).toArray());
    FrameSelection keys = FrameSelection.ALL.withKeyFrames(true);

    assertThat(times(clip, keys)).containsExactly(0.0, 0.4, 0.8, 1.2);
    assertThat(frames(clip, keys)).allMatch(VideoFrame::keyFrame);
    assertThat(frames(clip, FrameSelection.ALL))
        .filteredOn(VideoFrame::keyFrame)
        .extracting(VideoFrame::index)
        .containsExactly(0, 10, 20, 30);
    assertThat(times(clip, keys.withRate(1))).containsExactly(0.0, 1.2);
  }

  /** The red corner, at the top left of what is stored, is to be seen where the turn takes it. */
  @ParameterizedTest
  @CsvSource({
    "0, 96, 64, 10, 10",
    "90, 64, 96, 53, 10",
    "180, 96, 64, 85, 53",
    "270, 64, 96, 10, 85"
  })
  void shouldTurnFramesUpright(int clockwise, int width, int height, int redX, int redY)
      throws Exception {
    Path clip =
        TestClip.record(
            folder.resolve("turned" + clockwise + ".mp4"),
            96,
            64,
            recorder -> recorder.setDisplayRotation(-clockwise),
            2,
            i -> corner(96, 64));

    Picture whole = frames(clip, FrameSelection.ALL).get(0).picture();
    Picture small =
        frames(clip, FrameSelection.ALL.withSize(FrameSize.parse("48"))).get(0).picture();

    assertThat(List.of(whole.width(), whole.height())).containsExactly(width, height);
    assertThat(List.of(small.width(), small.height())).containsExactly(width / 2, height / 2);
    assertRed(whole, redX, redY);
    assertRed(small, redX / 2, redY / 2);
  }

  @Test
  void shouldFitFramesWithinASizeAndEnlargeNone() throws Exception {
    Path clip =
        TestClip.record(folder.resolve("size.mp4"), 96, 64, recorder -> {}, 2, i -> corner(96, 64));

    assertThat(sizeOf(clip, "48x48")).isEqualTo(new FrameSize(48, 32));
    assertThat(sizeOf(clip, "48x16")).isEqualTo(new FrameSize(24, 16));
    assertThat(sizeOf(clip, "1000")).isEqualTo(new FrameSize(96, 64));
  }

  @Test
  void shouldShowPixelsThatAreNotSquareAsSquares() throws Exception {
    Path clip =
        TestClip.record(
            folder.resolve("wide.mp4"),
            96,
            64,
            recorder -> recorder.setAspectRatio(2),
            2,
            i -> corner(96, 64));

    assertThat(sizeOf(clip, "1000")).isEqualTo(new FrameSize(96, 32));
  }

  /** A bar that moves between the fields: without a remedy, it is a comb. */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void shouldWeaveTheFieldsOfInterlacedFrames(boolean keyFrames) throws Exception {
    Path clip =
        TestClip.record(
            folder.resolve("interlaced" + keyFrames + ".ts"),
            128,
            96,
            recorder -> {
              recorder.setFormat("mpegts");
              recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG2VIDEO);
              recorder.setVideoOption("flags", "+ilme+ildct");
              recorder.setGopSize(4);
            },
            12,
            ClipKindsTest::comb);
    assertThat(combing(Picture.of(comb(6)))).isGreaterThan(20);

    List<VideoFrame> frames = frames(clip, FrameSelection.ALL.withKeyFrames(keyFrames));

    assertThat(frames).hasSizeBetween(keyFrames ? 2 : 12, keyFrames ? 6 : 12);
    assertThat(frames).allSatisfy(f -> assertThat(combing(f.picture())).isLessThan(5));
    // The bar is still there, where one of the fields has it.
    assertThat(frames)
        .allSatisfy(
            f -> {
              int left = 8 + 8 * (int) Math.round(f.seconds() * 25);
              assertThat(f.picture().rgb(left + 6, 48) & 0xff).isLessThan(80);
              assertThat(f.picture().rgb(Math.floorMod(left - 20, 128), 48) & 0xff)
                  .isGreaterThan(200);
            });
  }

  @Test
  void shouldReadWhatACameraRecorded() {
    Path clip =
        Path.of(
            System.getProperty("gpu-infer.test-data", "../../.test-data"),
            "python3-imageio/usr/lib/python3/dist-packages/imageio/resources/images/cockatoo.mp4");
    Assumptions.assumeTrue(Files.isReadable(clip), "fetched by ./verify");

    List<VideoFrame> frames =
        frames(clip, FrameSelection.ALL.withRate(0.5).withSize(FrameSize.parse("320")));

    assertThat(frames)
        .extracting(VideoFrame::seconds)
        .containsExactly(0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0);
    assertThat(frames)
        .allSatisfy(
            f ->
                assertThat(new FrameSize(f.picture().width(), f.picture().height()))
                    .isEqualTo(new FrameSize(320, 180)));
    assertThat(frames.get(2)).hasToString("frame 2 at 4.000 s, 320 × 180");
  }

  private interface Setup extends Consumer<FFmpegFrameRecorder> {}

  private static Path shades(String name, Setup setup, long... millis) throws Exception {
    return TestClip.recordShades(folder.resolve(name), setup, millis);
  }

  private static int shade(int index) {
    return TestClip.shade(index);
  }

  private static BufferedImage corner(int width, int height) {
    BufferedImage image = TestClip.filled(width, height, 255);
    TestClip.fill(image, 0, 0, 32, 32, new Color(200, 0, 0));
    return image;
  }

  /** A dark bar, 4 pixels further on the lines of the second field. */
  private static BufferedImage comb(int index) {
    BufferedImage image = TestClip.filled(128, 96, 255);
    for (int y = 0; y < 96; y++) {
      TestClip.fill(image, 8 + 8 * index + 4 * (y % 2), y, 12, 1, new Color(20, 20, 20));
    }
    return image;
  }

  /** How much lines differ from the mean of their neighbours, where the bar's edges are. */
  private static double combing(Picture picture) {
    double sum = 0;
    for (int y = 11; y < picture.height() - 10; y++) {
      for (int x = 0; x < picture.width(); x++) {
        int above = picture.rgb(x, y - 1) & 0xff;
        int below = picture.rgb(x, y + 1) & 0xff;
        sum += Math.abs((picture.rgb(x, y) & 0xff) - (above + below) / 2.0);
      }
    }
    return sum / (picture.height() - 21) / 8;
  }

  private static void assertRed(Picture picture, int x, int y) {
    int rgb = picture.rgb(x, y);
    assertThat(rgb >> 16 & 0xff).isGreaterThan(160);
    assertThat(rgb & 0xff).isLessThan(60);
    // Whole corners: the others are white.
    int others = 0;
    for (int cx : List.of(2, picture.width() - 3)) {
      for (int cy : List.of(2, picture.height() - 3)) {
        others += (picture.rgb(cx, cy) & 0xff) > 200 ? 1 : 0;
      }
    }
    assertThat(others).isEqualTo(3);
  }

  private static FrameSize sizeOf(Path clip, String size) {
    Picture picture =
        frames(clip, FrameSelection.ALL.withSize(FrameSize.parse(size))).get(0).picture();
    return new FrameSize(picture.width(), picture.height());
  }

  private static List<Double> times(Path clip, FrameSelection selection) {
    return frames(clip, selection).stream()
        .map(frame -> Math.round(frame.seconds() * 1000) / 1000.0)
        .toList();
  }

  /** Of the pixel in the middle, rounded to the shade that it must be. */
  private static List<Integer> levels(Path clip, FrameSelection selection) {
    List<Integer> levels = new ArrayList<>();
    for (VideoFrame frame : frames(clip, selection)) {
      int level = frame.picture().rgb(32, 24) & 0xff;
      int index = Math.round((level - 20) / 18f);
      assertThat(level).isCloseTo(TestClip.shade(index), NEARLY);
      levels.add(TestClip.shade(index));
    }
    return levels;
  }

  private static List<VideoFrame> frames(Path clip, FrameSelection selection) {
    List<VideoFrame> all = new ArrayList<>();
    try (VideoFrames frames = VideoFrames.open(clip, selection, VideoLimits.DEFAULT)) {
      frames.forEachRemaining(all::add);
    }
    return all;
  }
}
