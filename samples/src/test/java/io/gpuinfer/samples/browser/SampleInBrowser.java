package io.gpuinfer.samples.browser;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.util.FileSystemUtils;

/**
 * One application and one browser for all tests of this package, ended after the last of all tests.
 */
final class SampleInBrowser implements BeforeAllCallback {

  private static Started started;

  static RunningSample sample() {
    return started.sample;
  }

  static Chromium browser() {
    return started.browser;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Assumptions.assumeTrue(
        Chromium.isInstalled(), "There is no Chromium with its driver on the PATH");
    started =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.create(SampleInBrowser.class))
            .getOrComputeIfAbsent(Started.class);
  }

  private static final class Started implements ExtensionContext.Store.CloseableResource {

    private final Path profile = Files.createTempDirectory("chromium");
    private final RunningSample sample = new RunningSample();
    private final Chromium browser = new Chromium(profile);

    // JUnit makes it.
    Started() throws Exception {}

    @Override
    public void close() throws Exception {
      browser.close();
      sample.close();
      FileSystemUtils.deleteRecursively(profile);
    }
  }
}
