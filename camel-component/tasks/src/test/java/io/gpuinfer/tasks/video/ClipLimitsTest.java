package io.gpuinfer.tasks.video;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clips that are none, that lie, or that ask for more than they may. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ClipLimitsTest {

  /** 36 frames of 64 × 48 in three seconds; the index is at the end. */
  private static byte[] clip;

  /** The same in a format that is told its size by the header. */
  private static byte[] h264;

  @TempDir static Path folder;

  @BeforeAll
  static void recordClip() throws Exception {
    clip = Files.readAllBytes(shades("clip.mp4", "mp4", null));
    h264 =
        Files.readAllBytes(
            TestClip.recordShades(
                folder.resolve("h264.mp4"),
                recorder -> {
                  recorder.setVideoCodec(avcodec.AV_CODEC_ID_H264);
                  recorder.setVideoCodecName("libopenh264");
                },
                LongStream.range(0, 36).map(i -> i * 80).toArray()));
  }

  @Test
  void shouldRefuseFramesOfTooManyPixels() {
    assertRefused(h264, limits(64 * 48 - 1, 99, 1 << 20, 60))
        .hasMessageContaining("64 × 48 pixels, over the limit of 3071");
    // A format whose decoder alone knows the size.
    assertRefused(clip, limits(64 * 48 - 1, 99, 1 << 20, 60))
        .hasMessageContaining("64 × 48 pixels, over the limit of 3071");
    assertThat(frames(clip, limits(64 * 48, 99, 1 << 20, 60))).hasSize(36);
  }

  @Test
  void shouldRefuseMoreFramesThanItMay() {
    List<VideoFrame> before = new ArrayList<>();
    try (VideoFrames frames = open(clip, limits(1 << 20, 5, 1 << 20, 60))) {
      assertThatThrownBy(() -> frames.forEachRemaining(before::add))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("More than 5 frames");
    }
    assertThat(before).hasSize(5);
    assertThat(frames(clip, limits(1 << 20, 36, 1 << 20, 60))).hasSize(36);
  }

  @Test
  void shouldRefuseTooManyBytesHoweverTheyCome() throws IOException {
    VideoLimits limits = limits(1 << 20, 99, clip.length - 1, 60);
    Path file = Files.write(folder.resolve("large.mp4"), clip);

    assertRefused(clip, limits).hasMessageContaining("limit of " + (clip.length - 1) + " bytes");
    assertRefused(() -> VideoFrames.open(file, FrameSelection.ALL, limits))
        .hasMessageContaining("bytes");
    assertRefused(
            () -> VideoFrames.open(new ByteArrayInputStream(clip), FrameSelection.ALL, limits))
        .hasMessageContaining("bytes");
    assertThat(frames(clip, limits(1 << 20, 99, clip.length, 60))).hasSize(36);
  }

  @Test
  void shouldRefuseClipsThatAreTooLongUnlessAShortPartIsAskedFor() {
    VideoLimits limits = limits(1 << 20, 99, 1 << 20, 2);

    assertRefused(clip, limits).hasMessageContaining("3 s long, over the limit of 2 s");
    try (VideoFrames frames =
        VideoFrames.open(clip, FrameSelection.ALL.withDuration(Duration.ofSeconds(1)), limits)) {
      assertThat(all(frames)).hasSize(13);
    }
  }

  /** Formats without a header that could say it, or with one that comes before the end is known. */
  @ParameterizedTest
  @ValueSource(strings = {"mpegts", "matroska"})
  void shouldFindOutByTheTimeStampsThatAClipIsTooLong(String format) throws Exception {
    byte[] streamed = Files.readAllBytes(shades("long." + format, format, null));
    VideoLimits limits = limits(1 << 20, 99, 1 << 20, 2);
    // As a stream, so that no one can look at its end.
    InputStream stream = new ByteArrayInputStream(streamed);

    assertRefused(
            () -> {
              try (VideoFrames frames = VideoFrames.open(stream, FrameSelection.ALL, limits)) {
                return all(frames);
              }
            })
        .hasMessageContaining("over the limit of 2 s");
  }

  @Test
  void shouldNotBelieveTheLengthInAHeader() throws Exception {
    // mdhd and mvhd: version and flags, two times, the time scale, the length
    byte[] none = patched(patched(patched(clip, "mdhd", 16, 0), "mvhd", 16, 0), "tkhd", 20, 0);
    assertRefused(() -> frames(none, limits(1 << 20, 99, 1 << 20, 2)))
        .hasMessageContaining("over the limit of 2 s");
    // Matroska's Duration: its identifier, the length of a double, and milliseconds
    byte[] matroska = Files.readAllBytes(shades("long.mkv", "matroska", null));
    int duration = new String(matroska, ISO_8859_1).indexOf("\u0044\u0089\u0088") + 3;
    ByteBuffer.wrap(matroska).putDouble(duration, 1e12);
    assertRefused(matroska, VideoLimits.DEFAULT).hasMessageContaining("over the limit of 3600 s");
  }

  @Test
  void shouldNotBelieveTheSizeInAHeader() {
    // stsd: version and flags, a count, then an entry with width and height at byte 32
    byte[] huge = patched(h264, "stsd", 8 + 32, 0xffff_ffff);
    byte[] tiny = patched(h264, "stsd", 8 + 32, 0x0010_0010);

    assertRefused(huge, VideoLimits.DEFAULT).hasMessageContaining("65535 × 65535 pixels");
    assertRefused(() -> frames(tiny, limits(64 * 48 - 1, 99, 1 << 20, 60)))
        .hasMessageContaining("3071");
  }

  @Test
  void shouldNotReserveMemoryForTablesThatAClipOnlyClaimsToHave() {
    // stsz: version and flags, one size for all, how many; stsc: … samples in each chunk
    byte[] bomb = patched(patched(clip, "stsz", 4, 1), "stsz", 8, 170_000_000);
    bomb = patched(bomb, "stsc", 12, 170_000_000);

    assertRefusedOrEmpty(bomb);
  }

  @Test
  void shouldRefuseAClipWhoseTablesNameTheSameBytesAgainAndAgain() throws Exception {
    // stsc: version and flags, a count, then: from chunk 1 on, so many samples in each
    byte[] again = patched(clip, "stsc", 12, 1);
    // stco: a chunk for each frame, all of them where the first is; it grows, and what it is in
    int at = find(again, "stco");
    int place = ByteBuffer.wrap(again).getInt(at + 8);
    byte[] rest = Arrays.copyOfRange(again, at + 12, again.length);
    byte[] chunks = new byte[4 * 36];
    for (int i = 0; i < 36; i++) {
      ByteBuffer.wrap(chunks).putInt(4 * i, place);
    }
    ByteBuffer grown = ByteBuffer.allocate(again.length + chunks.length - 4);
    grown.put(again, 0, at + 8).put(chunks).put(rest);
    grown.putInt(at + 4, 36);
    for (String box : List.of("moov", "trak", "mdia", "minf", "stbl", "stco")) {
      int size = find(clip, box) - 8;
      grown.putInt(size, grown.getInt(size) + chunks.length - 4);
    }
    // stsz: one size for all
    byte[] bytes = patched(grown.array(), "stsz", 4, clip.length / 20);

    assertRefused(() -> frames(bytes, limits(1 << 20, 99, bytes.length, 60)))
        .hasMessageContaining("over the limit of " + bytes.length + " bytes");
  }

  @Test
  void shouldRefuseAbsurdFrameRates() throws Exception {
    byte[] many =
        Files.readAllBytes(
            TestClip.recordShades(
                folder.resolve("many.mp4"),
                recorder -> {},
                LongStream.range(0, 1500).map(i -> 10 * i).toArray()));
    // mdhd: … the time scale: a thousand times as many ticks a second
    byte[] fast = patched(many, "mdhd", 12, 1 << 30);

    assertThat(frames(many, VideoLimits.DEFAULT)).hasSize(1500);
    assertRefused(() -> frames(fast, VideoLimits.DEFAULT))
        .hasMessageContaining("more than 240 frames a second");
  }

  @Test
  void shouldRefuseClipsThatAreCutOff() throws Exception {
    byte[] indexFirst = Files.readAllBytes(shades("fast.mp4", "mp4", "faststart"));
    byte[] half = Arrays.copyOf(indexFirst, indexFirst.length - clip.length / 3);
    List<VideoFrame> before = new ArrayList<>();

    assertRefused(Arrays.copyOf(clip, clip.length / 2), VideoLimits.DEFAULT)
        .hasMessageContaining("damaged");
    try (VideoFrames frames = open(half, VideoLimits.DEFAULT)) {
      assertThatThrownBy(() -> frames.forEachRemaining(before::add))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("cut off");
    }
    assertThat(before.size()).isBetween(5, 35);
  }

  @Test
  void shouldRefuseSound() throws Exception {
    byte[] sound = Files.readAllBytes(TestClip.recordSound(folder.resolve("sound.mp4")));

    assertRefused(sound, VideoLimits.DEFAULT).hasMessage("The clip has no video");
  }

  @Test
  void shouldRefuseWhatThereIsNoDecoderFor() throws Exception {
    byte[] matroska = Files.readAllBytes(shades("unknown.mkv", "matroska", null));
    // Matroska names the codec: V_MPEG4/ISO/ASP
    int codec = new String(matroska, ISO_8859_1).indexOf("V_MPEG4/ISO/ASP");
    assertThat(codec).isPositive();
    matroska[codec + 2] = 'X';

    assertRefused(matroska, VideoLimits.DEFAULT).hasMessageContaining("no decoder");
    try (Container container = Container.open(ClipBytes.of(matroska), VideoLimits.DEFAULT)) {
      refuseDecoder(container, 30_000);
      long before = Pointer.physicalBytes();
      refuseDecoder(container, 100_000);
      // A packet and a frame have 600 bytes: 60 MB, if they stayed.
      assertThat(Pointer.physicalBytes() - before).isLessThan(30_000_000);
    }
  }

  private static void refuseDecoder(Container container, int times) {
    for (int i = 0; i < times; i++) {
      assertThatThrownBy(() -> new FrameDecoder(container, false, VideoLimits.DEFAULT))
          .isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void shouldRefuseWhatIsNoClip() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);

    for (byte[] body :
        List.of(new byte[0], new byte[100_000], noise, "<html></html>".getBytes(US_ASCII))) {
      assertRefused(body, VideoLimits.DEFAULT).hasMessageContaining("The clip is none");
      assertRefused(
              () ->
                  VideoFrames.open(
                      new ByteArrayInputStream(body), FrameSelection.ALL, VideoLimits.DEFAULT))
          .hasMessageContaining("The clip is none");
    }
    assertRefused(
            () ->
                VideoFrames.open(
                    folder.resolve("none.mp4"), FrameSelection.ALL, VideoLimits.DEFAULT))
        .hasMessageContaining("none.mp4");
  }

  /** Bytes of a real clip, some of them changed: anything may come of it but a crash or a hang. */
  @Test
  @Timeout(60)
  void shouldSurviveDamageAnywhere() {
    Random random = new Random(7);
    for (int round = 0; round < 150; round++) {
      byte[] damaged = clip.clone();
      for (int i = 0; i < 8; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      assertRefusedOrEmpty(damaged);
    }
  }

  /** Each names something else to read; without a bound FFmpeg would open it, or wait for it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n%s\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nfile:%s\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile %s\n",
        "file:%s",
        "concat:%s",
        "<?xml version=\"1.0\"?><MPD type=\"static\"><Period><AdaptationSet><Representation>"
            + "<BaseURL>file:%s</BaseURL></Representation></AdaptationSet></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=-\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
      })
  void shouldNotOpenWhatABodyNames(String playlist) throws IOException {
    Path other = Files.write(folder.resolve("other.mp4"), clip);

    assertRefused(playlist.replace("%s", other.toString()).getBytes(US_ASCII), VideoLimits.DEFAULT)
        .hasMessageContaining("The clip is none");
  }

  @Test
  void shouldEndAtTheLimitOfAClipThatNeverDoes() throws Exception {
    VideoLimits limits = limits(1 << 20, 10_000, 64 << 20, 3);

    try (PipedInputStream endless = endless()) {
      assertRefused(
              () -> {
                try (VideoFrames frames = VideoFrames.open(endless, FrameSelection.ALL, limits)) {
                  return all(frames);
                }
              })
          .hasMessageContaining("over the limit of 3 s");
    }
  }

  @Test
  void shouldTakeThePartThatIsWantedOfAClipThatNeverEnds() throws Exception {
    FrameSelection second = FrameSelection.ALL.withRate(5).withDuration(Duration.ofSeconds(1));

    try (PipedInputStream endless = endless();
        VideoFrames frames = VideoFrames.open(endless, second, VideoLimits.DEFAULT)) {
      assertThat(all(frames)).hasSize(5);
    }
  }

  /** The same second again and again. */
  @Test
  void shouldNotGoOnWithAClipWhoseTimeStandsStill() throws Exception {
    byte[] once = Files.readAllBytes(shades("once.ts", "mpegts", null));
    InputStream again =
        new SequenceInputStream(
            new Enumeration<>() {
              @Override
              public boolean hasMoreElements() {
                return true;
              }

              @Override
              public InputStream nextElement() {
                return new ByteArrayInputStream(once);
              }
            });

    assertRefused(
            () -> {
              try (VideoFrames frames =
                  VideoFrames.open(again, FrameSelection.ALL, VideoLimits.DEFAULT)) {
                return all(frames);
              }
            })
        .hasMessageContaining("more than 240 frames a second");
  }

  @Test
  void shouldSayWhenAStreamBreaks() {
    InputStream broken =
        new SequenceInputStream(
            Collections.enumeration(
                List.of(
                    new ByteArrayInputStream(clip, 0, 500),
                    new InputStream() {
                      @Override
                      public int read() throws IOException {
                        throw new IOException("the line is dead");
                      }
                    })));

    assertRefused(() -> VideoFrames.open(broken, FrameSelection.ALL, VideoLimits.DEFAULT))
        .hasMessageContaining("the line is dead");
  }

  @Test
  void shouldLeaveNoTemporaryFiles() throws IOException {
    long before = temporaryFiles();

    try (VideoFrames frames =
        VideoFrames.open(new ByteArrayInputStream(clip), FrameSelection.ALL, VideoLimits.DEFAULT)) {
      frames.next();
    }
    assertRefused(
        () ->
            VideoFrames.open(
                new ByteArrayInputStream(new byte[99]), FrameSelection.ALL, VideoLimits.DEFAULT));

    assertThat(temporaryFiles()).isLessThanOrEqualTo(before);
  }

  private static long temporaryFiles() throws IOException {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("gpu-infer-clip")).count();
    }
  }

  private static PipedInputStream endless() throws IOException {
    PipedInputStream in = new PipedInputStream(1 << 16);
    PipedOutputStream out = new PipedOutputStream(in);
    Thread camera =
        new Thread(
            () -> {
              try {
                TestClip.recordEndless(out);
              } catch (Exception e) {
                // The one who reads has seen enough.
              }
            });
    camera.setDaemon(true);
    camera.start();
    return in;
  }

  private static Path shades(String name, String format, String movflags) throws Exception {
    return TestClip.recordShades(
        folder.resolve(name),
        recorder -> {
          recorder.setFormat(format);
          if (format.equals("mpegts")) {
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG2VIDEO);
            recorder.setFrameRate(25);
          }
          if (movflags != null) {
            recorder.setOption("movflags", movflags);
          }
        },
        LongStream.range(0, 36).map(i -> i * 80).toArray());
  }

  private static VideoLimits limits(long pixels, int frames, long bytes, int seconds) {
    return new VideoLimits(pixels, frames, bytes, Duration.ofSeconds(seconds));
  }

  /** The clip with a number at some bytes after the name of a box. */
  private static byte[] patched(byte[] clip, String box, int offset, int value) {
    byte[] patched = clip.clone();
    ByteBuffer.wrap(patched).putInt(find(patched, box) + offset, value);
    return patched;
  }

  /** The byte after the name of a box. */
  private static int find(byte[] clip, String box) {
    int at = new String(clip, ISO_8859_1).indexOf(box);
    assertThat(at).as(box).isPositive();
    return at + 4;
  }

  private static void assertRefusedOrEmpty(byte[] clip) {
    try (VideoFrames frames = open(clip, VideoLimits.DEFAULT)) {
      assertThat(all(frames)).hasSizeLessThanOrEqualTo(2000);
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("clip");
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      byte[] clip, VideoLimits limits) {
    return assertRefused(() -> open(clip, limits));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(
      Supplier<?> opening) {
    return assertThatThrownBy(opening::get).isInstanceOf(InvalidInputException.class);
  }

  private static VideoFrames open(byte[] clip, VideoLimits limits) {
    return VideoFrames.open(clip, FrameSelection.ALL, limits);
  }

  private static List<VideoFrame> frames(byte[] clip, VideoLimits limits) {
    try (VideoFrames frames = open(clip, limits)) {
      return all(frames);
    }
  }

  private static List<VideoFrame> all(VideoFrames frames) {
    List<VideoFrame> all = new ArrayList<>();
    frames.forEachRemaining(all::add);
    return all;
  }
}
