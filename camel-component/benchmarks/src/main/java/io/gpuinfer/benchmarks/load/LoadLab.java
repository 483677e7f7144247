package io.gpuinfer.benchmarks.load;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.load.ClosedLoop;
import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.OpenLoop;
import io.gpuinfer.load.PoissonArrivals;
import io.gpuinfer.load.PriorityMix;
import io.gpuinfer.load.RequestSequence;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Loads the component as an application would, in a route of a Camel context: how much it answers
 * at its best, what it does with less and with far more, and what others answer on the same cores.
 */
public final class LoadLab {

  /** From the repository's root, where ./bench runs. */
  private static final Path REPORT = Path.of("camel-component/benchmarks/target/load/report.html");

  private static final int CALLERS = 32;

  /** Until the compiler has seen everything often enough; less where the levels are shorter. */
  private static final Duration WARM_UP = Duration.ofSeconds(15);

  private static final Duration LEAD = Duration.ofSeconds(1);

  /** Between two levels, for the queue and the model's state to settle. */
  private static final long REST_MILLIS = 1500;

  /** Less where the levels are shorter. */
  private static final Duration OWN_COST_LENGTH = Duration.ofSeconds(5);

  /** The cosine of the angle between two embeddings of the same text. */
  private static final double AGREEMENT = 0.9999;

  private static final int TEXTS_TO_AGREE_ON = 16;

  private final LabOptions options;
  private final PrintStream results;
  private final Progress progress;
  private final Path report;
  private final List<String> texts;
  private boolean passed = true;

  private LoadLab(LabOptions options, PrintStream results, Progress progress, Path report)
      throws IOException {
    this.options = options;
    this.results = results;
    this.progress = progress;
    this.report = report;
    this.texts = MiniLm.texts(options.seed());
  }

  public static void main(String[] args) throws Exception {
    System.exit(run(utf8(System.out), utf8(System.err), REPORT, args));
  }

  // A JVM before 18 writes in the locale's encoding, which may lack the signs of the tables.
  private static PrintStream utf8(PrintStream stream) {
    return new PrintStream(stream, true, StandardCharsets.UTF_8);
  }

  /**
   * Exit code 0 when every request was accounted for, all contestants gave the same answers and
   * memory stayed flat; 1 when not; 2 for arguments that make no sense.
   *
   * @param report where the page of charts goes
   */
  static int run(PrintStream results, PrintStream messages, Path report, String... args)
      throws Exception {
    LabOptions options;
    try {
      options = LabOptions.parse(args);
    } catch (IllegalArgumentException e) {
      messages.println(e.getMessage());
      return 2;
    }
    LoadLab lab = new LoadLab(options, results, new Progress(messages), report);
    lab.run();
    return lab.passed ? 0 : 1;
  }

  private void run() throws Exception {
    progress.step("Loading the model");
    if (options.djl()) {
      DjlModel.startEngine();
    }
    try (Routes routes = new Routes();
        ClosedLoop callers = new ClosedLoop(routes.template(), CALLERS)) {
      Contestant ours = routes.ours();
      progress.step("Warming up");
      callers.run(ours.entrance(), equalRequests(), Duration.ZERO, atMost(WARM_UP));
      if (options.soak().isZero()) {
        measure(routes, callers, ours);
      } else {
        soak(callers, ours);
      }
    }
  }

  private void measure(Routes routes, ClosedLoop callers, Contestant ours) throws Exception {
    progress.step("The peak: " + CALLERS + " callers");
    Measurement peak = callers.run(ours.entrance(), equalRequests(), LEAD, options.length());
    check("peak", peak);
    progress.say("The peak is %.1f requests/s".formatted(peak.goodput()));
    List<Level> levels = levels(ours, peak.goodput());
    List<OwnCost> ownCosts = ownCosts(routes, ours);
    Contest.Result contest = contest(routes, callers, ours);
    print(new LabResults(conditions(contest.contestants()), peak, levels, contest, ownCosts));
  }

  private List<Level> levels(Contestant ours, double peak) throws Exception {
    OpenLoop sender = new OpenLoop(ours.entrance(), options.deadline());
    List<Level> levels = new ArrayList<>();
    for (int percent : options.levels()) {
      TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
      double perSecond = peak * percent / 100;
      progress.step("%d %% of the peak: %.1f requests/s".formatted(percent, perSecond));
      Measurement measured =
          sender.run(
              new PoissonArrivals(perSecond, options.seed()), mixedRequests(), options.length());
      check(percent + " %", measured);
      levels.add(new Level(percent, perSecond, measured));
    }
    return levels;
  }

  private Contest.Result contest(Routes routes, ClosedLoop callers, Contestant ours)
      throws Exception {
    progress.step("Loading the others");
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(ours);
    contestants.add(routes.onnxRuntime(options.threads()));
    if (options.djl()) {
      contestants.add(routes.djl(options.threads()));
      if (options.threads() > 1) {
        // All its callers run at once, so it may fare better when each of them has one thread.
        contestants.add(routes.djl(1));
      }
    }
    for (Contestant other : contestants.subList(1, contestants.size())) {
      compare(routes, ours, other);
      progress.step("Warming up " + other.name());
      callers.run(other.entrance(), equalRequests(), Duration.ZERO, atMost(WARM_UP));
    }
    Contest.Result contest =
        new Contest(callers, this::equalRequests, progress)
            .run(contestants, options.rounds(), options.length());
    for (List<Measurement> turns : contest.rounds()) {
      for (int i = 0; i < turns.size(); i++) {
        check(contestants.get(i).name(), turns.get(i));
      }
    }
    return contest;
  }

  private void compare(Routes routes, Contestant ours, Contestant other) throws IOException {
    double worst = 1;
    for (String text : texts.subList(0, TEXTS_TO_AGREE_ON)) {
      double cosine = MeanPooling.cosine(routes.embed(ours, text), routes.embed(other, text));
      worst = Math.min(worst, cosine);
    }
    progress.say("%s: cosine with ours %.7f or more".formatted(other.name(), worst));
    if (!(worst > AGREEMENT)) {
      fail("%s gives other answers than we do: cosine %.6f".formatted(other.name(), worst));
    }
  }

  private List<OwnCost> ownCosts(Routes routes, Contestant ours) throws Exception {
    Duration length = atMost(OWN_COST_LENGTH);
    progress.step("One request at a time");
    Iterator<String> endless = Stream.generate(texts::stream).flatMap(each -> each).iterator();
    Path folder = Files.createTempDirectory("load-lab");
    try {
      float[] row = {1, 2, 3, 4};
      return List.of(
          OwnCost.measure("embedding", routes.template(), ours.entrance(), endless::next, length),
          OwnCost.measure(
              "tensor of 4", routes.template(), routes.tiny(folder), () -> row, length));
    } finally {
      Files.deleteIfExists(folder.resolve(Routes.TINY_MODEL));
      Files.deleteIfExists(folder);
    }
  }

  private void soak(ClosedLoop callers, Contestant ours) throws Exception {
    progress.step("Soaking for " + options.soak().toMinutes() + " min");
    Soak.Result soak =
        new Soak(callers, progress).run(ours.entrance(), equalRequests(), options.soak());
    check("soak", soak.load());
    conditions(List.of(ours)).forEach(results::println);
    results.println();
    results.print(Tables.soak(soak).markdown());
    if (!soak.flat()) {
      fail("Memory grows");
    }
  }

  private List<String> conditions(List<Contestant> contestants) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%d processors, Java %s, %d callers, texts of 16 to 128 tokens, seed %d"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.version(),
                CALLERS,
                options.seed()));
    lines.add(
        "%d s for each level and turn; deadline %d ms; high/normal/low priority %s %%"
            .formatted(options.length().toSeconds(), options.deadline().toMillis(), options.mix()));
    contestants.forEach(contestant -> lines.add(contestant.name() + ": " + contestant.settings()));
    return lines;
  }

  private void print(LabResults found) throws IOException {
    found.conditions().forEach(line -> results.println("- " + line));
    for (Table table : Tables.of(found)) {
      results.println();
      results.print(table.markdown());
    }
    new ReportPage(found, options).write(report);
    results.println();
    results.println("Charts: " + report);
  }

  private void check(String what, Measurement measured) {
    measured
        .failures()
        .forEach((message, count) -> progress.say("%s: %d × %s".formatted(what, count, message)));
    if (!measured.totals().addUp()) {
      fail("%s does not add up: %s".formatted(what, measured.totals()));
    }
  }

  private Duration atMost(Duration length) {
    return options.length().compareTo(length) < 0 ? options.length() : length;
  }

  private void fail(String why) {
    progress.say("FAILED: " + why);
    passed = false;
  }

  /** Of callers who wait for their answers, none goes first: the others know no priorities. */
  private RequestSequence equalRequests() {
    return new RequestSequence(texts, PriorityMix.NONE, options.seed());
  }

  private RequestSequence mixedRequests() {
    return new RequestSequence(texts, options.mix(), options.seed());
  }
}
