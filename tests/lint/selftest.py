#!/usr/bin/python3
"""Each lint against bad samples that it must find and good ones that it must not."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import clean
import co_await
import layers
import size
import tree

sys.path.append(str(tree.ROOT / "tests"))
import run  # tests/run.py


def coroutine(body):
    return "Awaitable<> f(int a) {\n" + body + "\n}\n"


class Layers(unittest.TestCase):
    def found(self, path, header, uses=None):
        return bool(layers.check_file(path, f"#include {header}\n", uses))

    def test_arrows_against_the_design_are_found(self):
        for path, header in [
                ("gateway/base/json.h", '"gateway/http/message.h"'),
                ("scim/patch.cpp", '"gateway/net/server.h"'),
                ("scim/patch.cpp", '"sync/plan.h"'),
                ("saml/response.cpp", '"gateway/directory/user.h"'),
                ("oidc/jws.h", '"saml/xml.h"'),
                ("gateway/directory/user.cpp", '"scim/resource.h"'),
                ("gateway/net/server.cpp", '"gateway/directory/directory.h"'),
                ("gateway/admin/admin_api.cpp", '"gateway/app/config.h"'),
                ("gateway/unheard_of/x.cpp", '"gateway/base/error.h"')]:
            self.assertTrue(self.found(path, header), (path, header))

    def test_arrows_of_the_design_pass(self):
        for path, header in [
                ("gateway/base/json.h", '"gateway/base/error.h"'),
                ("gateway/admin/admin_api.cpp", '"scim/scim_api.h"'),
                ("gateway/simulate/okta.cpp", '"gateway/http/url.h"'),
                ("gateway/app/main.cpp", '"gateway/net/server.h"'),
                ("tests/scim/patch_test.cpp", '"scim/patch.h"')]:
            self.assertFalse(self.found(path, header), (path, header))

    def test_libraries_stay_in_their_wrappers(self):
        self.assertTrue(self.found("scim/filter.cpp", "<rapidjson/document.h>"))
        self.assertTrue(self.found("gateway/app/main.cpp", "<boost/asio/signal_set.hpp>"))
        self.assertTrue(self.found("gateway/http/message.h", "<boost/beast/http.hpp>"))
        self.assertFalse(self.found("gateway/net/session.cpp", "<boost/beast/http.hpp>"))
        self.assertFalse(self.found("gateway/http/async.h", "<boost/asio/awaitable.hpp>"))

    def test_an_include_that_the_library_does_not_link_is_found(self):
        self.assertTrue(self.found("scim/a.cpp", '"gateway/http/url.h"', {"scim": {"base"}}))
        self.assertFalse(self.found("scim/a.cpp", '"gateway/base/id.h"', {"scim": {"base"}}))


class CoAwait(unittest.TestCase):
    def found(self, text):
        return co_await.check_file("sample.cpp", text)

    def test_statements_that_g_plus_plus_12_miscompiles_are_found(self):
        for body in [
                "co_await f(Req{1, text});",
                "co_await f({.a = 1});",
                "auto x = co_await f([text] { return text; });",
                "use(Agg{1}, co_await g());",
                "co_return Agg{co_await g()};",
                "Agg a{X{}, co_await g()};",
                "auto x = ok ? co_await f(Agg{1}) : 0;",
                "co_await f(UserId(text));",
                "co_await f(std::string(view));",
                "co_await f(std::vector<int>(3));",
                "co_await run([&] { return work(); });",
                "if (auto x = co_await f(scim::Name(a)); x) { g(); }",
                "return run([]() -> Awaitable<> { co_await f(Agg{1}); });"]:
            self.assertTrue(self.found(coroutine(body)), body)

    def test_thin_statements_pass(self):
        for body in [
                "auto x = co_await f(named, std::move(other));",
                "if (co_await f(a)) { g({1, 2}); }",
                "for (int i : {1, 2}) { co_await f(i); }",
                "CO_TRY(auto reply, co_await fetch_(std::move(request)));",
                "Agg a{1, 2}; co_await f(std::move(a));",
                "// co_await f({1})\n g(\"co_await f({1})\");",
                "[[maybe_unused]] const auto n = co_await f(a);",
                "switch (a) { case 1: { co_await f(a); } default: break; }",
                "run([](int b) -> Awaitable<> { co_await f(b); });",
                "try { co_await f(a); } catch (const E& e) { g(E{1}); }",
                "timer.expires_after(std::chrono::seconds(5)); co_await timer.async_wait(token);"]:
            self.assertEqual(self.found(coroutine(body)), [], body)

    def test_class_bodies_and_initialiser_lists_do_not_swallow_statements(self):
        text = ("class A : public B { public: A() : x_{1}, y_(2) { start(); }\n"
                "  Awaitable<int> f(int a) { co_return co_await g(Agg{a}); }\n  int x_{0}; };\n")
        self.assertEqual(len(self.found(text)), 1)

    def test_parameters_that_bind_to_temporaries_are_found(self):
        for taken in ["const std::string& a", "std::string&& a", "int a, const std::map<int, int>& b"]:
            self.assertTrue(self.found(f"Awaitable<int> Store::get({taken}) {{ co_return 1; }}"), taken)
        for taken in ["", "std::string a", "Stream& stream", "std::function<void(const int&)> a"]:
            self.assertEqual(self.found(f"Awaitable<Result<int>> get({taken}) {{ co_return 1; }}"), [], taken)

    def test_lambda_coroutines_that_capture_are_found(self):
        self.assertTrue(self.found("auto f = [this](int a) -> Awaitable<> { co_return; };"))
        self.assertTrue(self.found("auto f = [&]() -> rollcall::Awaitable<int> { co_return 1; };"))
        self.assertEqual(self.found("auto f = [](int a) -> Awaitable<> { co_return; };"), [])


class Size(unittest.TestCase):
    def test_a_long_file_needs_a_reason(self):
        self.assertTrue(size.check({"a.cpp": 401}, {}))
        self.assertTrue(size.check({"a.cpp": 401}, size.excuses("a.cpp\n")))
        self.assertEqual(size.check({"a.cpp": 401}, size.excuses("# x\na.cpp one table\n")), [])
        self.assertEqual(size.check({"a.cpp": 400}, {}), [])

    def test_an_excuse_without_need_is_found(self):
        self.assertTrue(size.check({"a.cpp": 10}, {"a.cpp": "one table"}))
        self.assertTrue(size.check({}, {"gone.cpp": "one table"}))


class Clean(unittest.TestCase):
    def test_traces_of_one_machine_are_found(self):
        for text in ["/wor" + "k/main/x", "see /hom" + "e/anna/src", "https://regis" + "try.example.org/x",
                     '  "reso' + 'lved": "x"', "// TO" + "DO later", "<<<<<<" + "< HEAD"]:
            self.assertTrue(clean.check_file("a", text), text)

    def test_ordinary_text_passes(self):
        for text in ["ProtectHome=yes", "TO" + "DO(#12) later", "docs/work/plan", "network/http",
                     "https://scim.example.com/scim/v2"]:
            self.assertEqual(clean.check_file("a", text), [], text)


class Tools(unittest.TestCase):
    """The programs of others, with our settings."""

    def fails(self, name, text, *command):
        (tree.ROOT / "build").mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=tree.ROOT / "build") as folder:
            sample = pathlib.Path(folder) / name
            sample.write_text(text)
            return subprocess.run([*command, sample], capture_output=True, cwd=tree.ROOT).returncode != 0

    def test_format(self):
        command = ("clang-format-19", "--dry-run", "-Werror")
        self.assertTrue(self.fails("a.cpp", "int  f( ){return 1 ;}\n", *command))
        self.assertFalse(self.fails("a.cpp", "int f() { return 1; }\n", *command))

    def test_tidy(self):
        command = ("clang-tidy-19", "--quiet", "--warnings-as-errors=*", "--extra-arg=-std=c++20")
        self.assertTrue(self.fails("a.cpp", "int* BadName() { return 0; }\n", *command))
        self.assertFalse(self.fails("a.cpp", "int* good_name() { return nullptr; }\n", *command))

    def test_scripts(self):
        self.assertTrue(self.fails("a.sh", "#!/bin/sh\nrm $1\n", "shellcheck"))
        self.assertTrue(self.fails("a.py", "import os\n", "pyflakes3"))


class Counting(unittest.TestCase):
    """tests/run: a failure is never lost in the counts."""

    def test_unittest(self):
        self.assertEqual(run.count_unittest(True, "Ran 3 tests in 1s\n\nOK\n"), {"passed": 3, "failed": 0})
        log = "Ran 3 tests in 1s\n\nFAILED (failures=1, errors=1)\n"
        self.assertEqual(run.count_unittest(False, log), {"passed": 1, "failed": 2})
        self.assertEqual(run.count_unittest(False, "no such file"), {"passed": 0, "failed": 1})

    def test_closing_lines_add_up(self):
        log = "60 steps, 60 passed, 0 failed\nx\n7 passed, 2 failed, 1 skipped\n72 passed, 0 failed, 6 differ\n"
        self.assertEqual(run.count_closing_lines(False, log), {"passed": 139, "failed": 2, "skipped": 1})
        self.assertEqual(run.count_closing_lines(False, "5 passed, 0 failed\n")["failed"], 1)
        self.assertEqual(run.count_closing_lines(True, "nothing\n")["failed"], 1)

    def test_a_binary_counts_by_its_report_and_its_exit_code(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.json"
            self.assertEqual(run.count_binary(path, False), {"passed": 0, "failed": 1})
            cases = [{"status": "RUN", "result": "COMPLETED"}, {"status": "RUN", "result": "SKIPPED"},
                     {"status": "RUN", "result": "COMPLETED", "failures": [{}]}, {"status": "NOTRUN"}]
            path.write_text(json.dumps({"testsuites": [{"testsuite": cases}]}))
            self.assertEqual(run.count_binary(path, False), {"passed": 1, "failed": 1, "skipped": 1})
            path.write_text(json.dumps({"testsuites": [{"testsuite": cases[:1]}]}))
            self.assertEqual(run.count_binary(path, False)["failed"], 1)

    def test_ctest_without_a_report_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run.count_ctest(pathlib.Path(folder))(True, ""), {"failed": 1})


class Tree(unittest.TestCase):
    def test_comments_and_literals_vanish_and_lines_stay(self):
        text = 'a("{", \'{\'); // {\n/* {\n */ b(R"x({)x"); 1\'000;\n'
        bare = tree.bare_cpp(text)
        self.assertNotIn("{", bare)
        self.assertEqual(bare.count("\n"), text.count("\n"))
        self.assertEqual(len(bare), len(text))


if __name__ == "__main__":
    unittest.main()
