package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM without {@code libjsig.so} goes on stopping its threads while PoCL compiles. */
class SignalGuardTest {

  @TempDir private Path folder;

  /** A device's compiler that has LLVM in the process, so that there is something to guard from. */
  private static boolean isPoclHere() {
    new OpenClEngine();
    return !LoadedLibraries.now().named("pocl").isEmpty();
  }

  /** Runs {@link Compilations} in a JVM of its own, without what keeps the handlers out of here. */
  private String compileElsewhere() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseG1GC",
            "-Xmx1g",
            "-XX:ErrorFile=" + folder.resolve("hs_err"),
            "-cp",
            System.getProperty("java.class.path"),
            Compilations.class.getName());
    java.environment().remove("LD_PRELOAD");
    java.redirectErrorStream(true).redirectOutput(log.toFile());
    Process process = java.start();
    try {
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(() -> read(log)).isZero();
    } finally {
      process.destroyForcibly();
    }
    return read(log);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void threadsAreStoppedWhilePoclCompiles() throws Exception {
    assumeTrue(isPoclHere(), "PoCL is not among the drivers");

    assertThat(compileElsewhere()).contains("guarded: true").doesNotContain("LD_PRELOAD");
  }

  @Test
  void aFileIsFoundByAnAddressInIt() {
    LoadedLibraries libraries = LoadedLibraries.now();
    assumeTrue(Files.isReadable(Path.of("/proc/self/maps")), "this is not Linux");

    assertThat(libraries.named("libjvm")).hasSize(1);
    assertThat(libraries.named("no such library")).isEmpty();
    assertThat(libraries.nameAt(0)).isEmpty();
  }

  /** What the other JVM does: it compiles new programs while all its threads are stopped often. */
  static final class Compilations {

    private static final List<String> OPERATORS =
        List.of("Relu", "Abs", "Neg", "Exp", "Sigmoid", "Tanh", "Erf");

    private Compilations() {}

    public static void main(String... arguments) {
      OpenClEngine engine = new OpenClEngine();
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService others = Executors.newCachedThreadPool();
      try {
        for (int i = 0; i < 3; i++) {
          others.execute(
              () -> {
                for (long n = 0; !done.get(); n++) {
                  Math.floorMod(n * n, 7);
                }
              });
        }
        others.execute(
            () -> {
              while (!done.get()) {
                Thread.getAllStackTraces(); // stops them all
              }
            });
        Random random = new Random();
        for (int i = 0; i < 2; i++) {
          engine.load(newModel(random).source(), LoadOptions.DEFAULT).close();
        }
      } finally {
        done.set(true);
        others.shutdown();
      }
      System.out.println("guarded: " + SignalGuard.holds());
    }

    /** A model whose program no cache has. */
    private static ModelBuilder newModel(Random random) {
      ModelBuilder model = new ModelBuilder(13);
      String x = model.input("x", DataType.FLOAT32, 4, 16);
      for (int k = 0; k < 8; k++) {
        x = model.node(OPERATORS.get(random.nextInt(OPERATORS.size())), x).value();
      }
      model.output(x, DataType.FLOAT32);
      return model;
    }
  }
}
