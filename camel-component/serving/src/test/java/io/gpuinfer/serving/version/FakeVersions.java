package io.gpuinfer.serving.version;

import io.gpuinfer.engine.ModelLoadException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Loads versions that hold nothing, and counts how many are in memory. */
final class FakeVersions implements VersionLoader<FakeVersions.Fake> {

  final List<Fake> loaded = new CopyOnWriteArrayList<>();
  final AtomicInteger inMemory = new AtomicInteger();
  final AtomicInteger mostInMemory = new AtomicInteger();

  /** What a load does besides, such as waiting or failing. */
  volatile Consumer<String> behaviour = version -> {};

  /** A version that knows whether it is closed. */
  final class Fake implements Servable {
    final AtomicInteger closings = new AtomicInteger();
    private final String version;
    private volatile Thread closedOn;

    private Fake(String version) {
      this.version = version;
    }

    @Override
    public String version() {
      return version;
    }

    /** What a request does; throws when the version is not in memory. */
    void use() {
      if (closings.get() != 0) {
        throw new IllegalStateException("Version " + version + " is closed");
      }
    }

    Thread closedOn() {
      return closedOn;
    }

    @Override
    public void close() {
      closedOn = Thread.currentThread();
      closings.incrementAndGet();
      inMemory.decrementAndGet();
    }
  }

  @Override
  public Fake load(String version) {
    behaviour.accept(version);
    mostInMemory.accumulateAndGet(inMemory.incrementAndGet(), Math::max);
    Fake fake = new Fake(version);
    loaded.add(fake);
    return fake;
  }

  /** Makes one version fail to load. */
  void breakVersion(String broken) {
    behaviour =
        version -> {
          if (version.equals(broken)) {
            throw new ModelLoadException("version " + version + " is broken");
          }
        };
  }
}
