package io.gpuinfer.benchmarks.video;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.benchmarks.load.Table;
import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.component.video.SegmentAggregation;
import io.gpuinfer.component.video.VideoFrameSplitter;
import io.gpuinfer.tasks.video.FrameSelection;
import io.gpuinfer.tasks.video.FrameSize;
import io.gpuinfer.tasks.video.VideoLimits;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Sends a clip, and the same clip several times over, through a route that reads the text of its
 * frames: whether it is read faster than it plays, how soon the first frame is, and whether memory
 * grows with the clip.
 */
public final class VideoLab {

  /** What is promised of the first frame. */
  private static final double FIRST_SECONDS = 1;

  /** What memory may differ by for other reasons than a clip's length. */
  private static final double SAME_SHARE = 0.1;

  private static final double SAME_BYTES = 64 << 20;

  private final VideoOptions options;
  private final PrintStream results;
  private final Progress progress;
  private final AtomicLong firstAt = new AtomicLong();
  private final AtomicInteger frames = new AtomicInteger();
  private String device = "";

  private VideoLab(VideoOptions options, PrintStream results, Progress progress) {
    this.options = options;
    this.results = results;
    this.progress = progress;
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(utf8(System.out), utf8(System.err), args));
  }

  // A JVM before 18 writes in the locale's encoding, which may lack the signs of the tables.
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Exit code 0 when clips were read faster than they play, the first frame in time, and in memory
   * that did not grow with their length; 1 when not; 2 for arguments that make no sense.
   */
  static int run(PrintStream results, PrintStream messages, String... args) throws Exception {
    VideoOptions options;
    try {
      options = VideoOptions.parse(args);
    } catch (IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 2;
    }
    if (!Files.isReadable(options.clip())) {
      messages.println(
          "No file " + options.clip() + ": ./verify fetches it, or name one by --clip");
      return 2;
    }
    return new VideoLab(options, results, new Progress(messages)).run() ? 0 : 1;
  }

  private boolean run() throws Exception {
    Path folder = Files.createTempDirectory("video-lab");
    Path looped = folder.resolve("looped.mp4");
    List<ClipRun> runs = new ArrayList<>();
    progress.step("Loading the model");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.addRoutes(route());
      context.start();
      ProducerTemplate template = context.createProducerTemplate();
      progress.step("The first clip, before anything was compiled");
      double seconds = LoopedClip.write(options.clip(), 1, looped);
      runs.add(read(template, "first", looped, seconds));
      for (int loops : options.loops()) {
        progress.step("The clip %d times over".formatted(loops));
        seconds = LoopedClip.write(options.clip(), loops, looped);
        runs.add(read(template, loops + "×", looped, seconds));
      }
    } finally {
      Files.deleteIfExists(looped);
      Files.deleteIfExists(folder);
    }
    print(runs);
    return check(runs.subList(1, runs.size()));
  }

  private RouteBuilder route() {
    VideoFrameSplitter splitter =
        new VideoFrameSplitter(
            FrameSelection.ALL.withRate(options.rate()).withSize(FrameSize.parse(options.size())),
            VideoLimits.DEFAULT);
    splitter.setLookAhead(options.lookAhead());
    SegmentAggregation segments = new SegmentAggregation();
    segments.setMinLikeness(0.8);
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:clip")
            .errorHandler(noErrorHandler())
            .split(splitter, segments)
            .streaming()
            .stopOnException()
            .to("gpu-infer:ppocr?device=" + options.device())
            .process(VideoLab.this::count);
      }
    };
  }

  private void count(Exchange exchange) {
    if (frames.getAndIncrement() == 0) {
      firstAt.set(System.nanoTime());
      device = exchange.getMessage().getHeader(GpuInferConstants.DEVICE, String.class);
    }
  }

  private ClipRun read(ProducerTemplate template, String name, Path clip, double clipSeconds) {
    frames.set(0);
    try (MemoryWatch memory = new MemoryWatch()) {
      long start = System.nanoTime();
      List<?> segments = template.requestBody("direct:clip", clip, List.class);
      long end = System.nanoTime();
      memory.close();
      return new ClipRun(
          name,
          clipSeconds,
          (end - start) / 1e9,
          (firstAt.get() - start) / 1e9,
          frames.get(),
          segments.size(),
          memory.heap(),
          memory.resident());
    }
  }

  private void print(List<ClipRun> runs) {
    results.println(
        "- %d processors, Java %s, at most %d MiB of heap; model on %s"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                Runtime.getRuntime().maxMemory() >> 20,
                device));
    results.println(
        "- %s, %s frames a second within %s, %d decoded ahead"
            .formatted(
                options.clip().getFileName(), options.rate(), options.size(), options.lookAhead()));
    results.println();
    List<String> header =
        List.of(
            "clip",
            "plays s",
            "took s",
            "times as fast",
            "first s",
            "frames",
            "segments",
            "heap MiB",
            "process MiB");
    List<List<String>> rows = runs.stream().map(VideoLab::row).toList();
    results.print(new Table("A clip's text", header, rows).markdown());
  }

  private static List<String> row(ClipRun run) {
    return List.of(
        run.name(),
        number("%.1f", run.clipSeconds()),
        number("%.2f", run.seconds()),
        number("%.2f", run.clipSeconds() / run.seconds()),
        number("%.3f", run.firstSeconds()),
        String.valueOf(run.frames()),
        String.valueOf(run.segments()),
        number("%.0f", run.heap() / 0x1p20),
        number("%.0f", run.resident() / 0x1p20));
  }

  private static String number(String format, double number) {
    return String.format(Locale.ROOT, format, number);
  }

  private boolean check(List<ClipRun> runs) {
    boolean passed = true;
    for (ClipRun run : runs) {
      passed &= hold(run.seconds() < run.clipSeconds(), run.name() + " takes longer than it plays");
      passed &= hold(run.firstSeconds() < FIRST_SECONDS, run.name() + " begins too late");
    }
    ClipRun shortest = runs.get(0);
    ClipRun longest = runs.get(runs.size() - 1);
    passed &= hold(isSame(shortest.heap(), longest.heap()), "The heap grows with the clip");
    passed &=
        hold(isSame(shortest.resident(), longest.resident()), "The process grows with the clip");
    return passed;
  }

  private static boolean isSame(long shortest, long longest) {
    return longest - shortest <= Math.max(SAME_BYTES, SAME_SHARE * shortest);
  }

  private boolean hold(boolean condition, String otherwise) {
    if (!condition) {
      progress.say("FAILED: " + otherwise);
    }
    return condition;
  }
}
