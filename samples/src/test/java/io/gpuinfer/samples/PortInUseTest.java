package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application as a process of its own, at a port that somebody else has. */
class PortInUseTest {

  @Test
  void endsWithOneClearMessage(@TempDir Path folder) throws Exception {
    Path log = folder.resolve("log");
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process application =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  SampleApplication.class.getName(),
                  "--server.port=" + taken.getLocalPort(),
                  // No models, which would take long to load.
                  "--camel.main.routes-include-pattern=classpath:camel-template/*")
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        assertThat(application.waitFor(5, TimeUnit.MINUTES)).as("it ends by itself").isTrue();
      } finally {
        application.destroyForcibly();
      }

      assertThat(application.exitValue()).isEqualTo(1);
      assertThat(Files.readString(log))
          .containsOnlyOnce("Port %d was already in use".formatted(taken.getLocalPort()))
          .contains("configure this application to listen on another port")
          .doesNotContain("\tat ", "Ready at port");
    }
  }
}
