/* MDN's HTTP Observatory and Google's CSP Evaluator over one address on this machine, as JSON: nothing else is asked.
   usage: node observatory.mjs FOLDER_OF_NODE_MODULES HTTPS_ORIGIN PATH [COOKIE] */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import path from "node:path";

const [modules, origin, place, cookie] = process.argv.slice(2);
const observatory = path.join(modules, "@mdn", "mdn-http-observatory", "src");
const load = (file) => import(pathToFileURL(path.join(observatory, file)).href);

const { retrieve } = await load("retriever/retriever.js");
const { ALL_TESTS } = await load("constants.js");
const { getGradeForScore, getScoreModifier } = await load("grader/grader.js");
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await load("grader/charts.js");

/* The scanner's own function knows neither ports nor paths nor cookies; what it does with the answers is this. */
const { hostname, port } = new URL(origin);
const headers = cookie ? [`Cookie: ${cookie}`] : [];
const found = await retrieve(hostname, { httpPort: "1", httpsPort: Number(port), path: place, ...(cookie ? { headers } : {}) });
const results = ALL_TESTS.map((test) => test(found));
let score = 100;
let withoutCredit = 100;
const tests = {};
for (const each of results) {
  const modifier = getScoreModifier(each.result);
  score += modifier;
  withoutCredit += Math.min(0, modifier);
  tests[each.constructor.name] = { result: each.result, pass: each.pass, modifier };
}
if (withoutCredit < MINIMUM_SCORE_FOR_EXTRA_CREDIT) score = withoutCredit;

const require = createRequire(pathToFileURL(path.join(modules, "anything.js")));
const { CspEvaluator } = require("csp_evaluator/dist/evaluator.js");
const { CspParser } = require("csp_evaluator/dist/parser.js");
const policy = found.responses.auto.headers["content-security-policy"];
const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();

console.log(JSON.stringify({
  status: found.responses.auto.status,
  address: found.responses.auto.config?.url,
  grade: getGradeForScore(score).grade,
  score,
  tests,
  findings: findings.map(({ directive, value, severity, description }) => ({ directive, value, severity, description })),
}));
process.exit(0);
